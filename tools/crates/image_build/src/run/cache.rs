//! The cache of results: a directory for each, named by its key.
//!
//! A result is made in a temporary directory and moved to its place as a whole, so several builds may use the cache at the
//! same time, and a build that was stopped leaves no part of a result. Each use verifies the digests: a damaged result
//! is made again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use blob::{blob_of_regular, cached, read_regular, temporary, Digest, Result, ResultExt};
use serde::{Deserialize, Serialize};

use super::unfinished::Unfinished;

/// The file that lists the outputs of a result. It is written last.
const LIST: &str = "outputs.json";

/// The largest list: a result has at most five outputs.
const MAX_LIST: u64 = 64 << 10;

/// The cache.
#[derive(Debug)]
pub(super) struct Cache {
    directory: PathBuf,
}

/// A result: its directory, and the digest of each output.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) directory: PathBuf,
    pub(super) outputs: BTreeMap<String, Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    digest: String,
    size: u64,
}

impl Cache {
    /// Opens a cache, and creates its directories.
    pub(super) fn open(directory: &Path) -> Result<Self> {
        for name in ["results", "unfinished"] {
            cached::make_directory(&directory.join(name))?;
        }
        let absolute = directory.canonicalize();
        let directory = absolute.cannot("open cache", directory.display())?;
        let cache = Self { directory };
        temporary::remove_leftovers(&cache.making());
        Ok(cache)
    }

    fn place(&self, key: Digest) -> PathBuf {
        self.directory.join("results").join(key.hex())
    }

    /// A result with these outputs, if it is undamaged and no other user made it. Another one is moved away.
    pub(super) fn find(&self, key: Digest, names: &[&str]) -> Option<Stored> {
        let place = self.place(key);
        // A link to nothing is damage, too.
        let is_own = cached::is_own(&place.symlink_metadata().ok()?);
        match verified(&place) {
            Ok(outputs) if is_own && names.iter().all(|name| outputs.contains_key(*name)) => {
                // `distroless cache clean` deletes what was not used recently.
                cached::touch(&File::open(&place).ok()?);
                Some(Stored {
                    directory: place,
                    outputs,
                })
            }
            _ => {
                self.remove(&place);
                None
            }
        }
    }

    /// Moves a result away before it is deleted, so that no other build sees a part of it. That of another user cannot be
    /// deleted, nor moved to another directory (rename(2)), but its name can be changed.
    fn remove(&self, place: &Path) {
        let Ok(unfinished) = self.unfinished() else {
            return;
        };
        let path = unfinished.path();
        if fs::rename(place, path.join("damaged")).is_err() {
            let name = path.file_name().unwrap_or_default();
            let _ = fs::rename(place, place.with_file_name(name));
        }
    }

    /// A directory for a result that is being made.
    pub(super) fn unfinished(&self) -> Result<Unfinished> {
        Unfinished::next_to(&self.making())
    }

    /// The path whose name is in the names of directories in which results are made.
    fn making(&self) -> PathBuf {
        self.directory.join("unfinished/result")
    }

    /// Stores the outputs of a finished command. If another build stored the same result in the meantime, that one is used.
    pub(super) fn store(&self, key: Digest, made: Unfinished, names: &[&str]) -> Result<Stored> {
        let mut list = BTreeMap::new();
        let mut outputs = BTreeMap::new();
        for name in names {
            let path = made.path().join(name);
            let blob = blob_of_regular(&path).cannot("read", path.display())?;
            outputs.insert((*name).to_owned(), blob.digest);
            let (digest, size) = (blob.digest.to_string(), blob.size);
            list.insert(*name, Output { digest, size });
        }
        let text = serde_json::to_vec(&list).cannot("write", LIST)?;
        fs::write(made.path().join(LIST), text).cannot("write", LIST)?;
        let place = self.place(key);
        if fs::rename(made.path(), &place).is_err() {
            if let Some(stored) = self.find(key, names) {
                return Ok(stored);
            }
            // A damaged result was there.
            fs::rename(made.path(), &place).cannot("store", place.display())?;
        }
        made.keep();
        Ok(Stored {
            directory: place,
            outputs,
        })
    }
}

/// The outputs of a result, if all are there with their sizes and digests.
fn verified(place: &Path) -> io::Result<BTreeMap<String, Digest>> {
    let list = read_regular(&place.join(LIST), MAX_LIST)?;
    let list: BTreeMap<String, Output> = serde_json::from_slice(&list)?;
    let mut outputs = BTreeMap::new();
    for (name, output) in list {
        let blob = blob_of_regular(&place.join(&name))?;
        if blob.digest.to_string() != output.digest || blob.size != output.size {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        outputs.insert(name, blob.digest);
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(cache: &Cache, key: Digest, text: &str) -> Stored {
        let directory = cache.unfinished().unwrap();
        fs::write(directory.path().join("layer"), text).unwrap();
        cache.store(key, directory, &["layer"]).unwrap()
    }

    #[test]
    fn a_result_is_found_by_its_key() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(directory.path()).unwrap();
        let key = Digest::of(b"key");
        assert!(cache.find(key, &["layer"]).is_none());
        made(&cache, key, "one");
        let found = cache.find(key, &["layer"]).unwrap();
        assert_eq!(found.outputs["layer"], Digest::of(b"one"));
        assert!(cache.find(Digest::of(b"other"), &["layer"]).is_none());
    }

    #[test]
    fn a_damaged_result_is_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(directory.path()).unwrap();
        let key = Digest::of(b"key");
        let damage: [fn(&Path); 6] = [
            |place| fs::write(place.join("layer"), "two").unwrap(),
            |place| fs::remove_file(place.join("layer")).unwrap(),
            |place| fs::write(place.join(LIST), "{").unwrap(),
            |place| fs::remove_file(place.join(LIST)).unwrap(),
            |place| fs::write(place.join(LIST), "{}").unwrap(),
            |place| {
                fs::remove_dir_all(place).unwrap();
                std::os::unix::fs::symlink("nowhere", place).unwrap();
            },
        ];
        for damage in damage {
            let stored = made(&cache, key, "one");
            damage(&stored.directory);
            assert!(cache.find(key, &["layer"]).is_none());
            assert!(stored.directory.symlink_metadata().is_err());
        }
        let unfinished = fs::read_dir(directory.path().join("unfinished")).unwrap();
        assert_eq!(unfinished.count(), 0);
    }

    #[test]
    fn a_result_of_another_user_is_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(directory.path()).unwrap();
        let key = Digest::of(b"key");
        let stored = made(&cache, key, "one");
        // Only root can give a directory away, and not in a sandbox that has no other user.
        if std::os::unix::fs::chown(&stored.directory, Some(12345), None).is_err() {
            return;
        }
        assert!(cache.find(key, &["layer"]).is_none());
        made(&cache, key, "two");
        let found = cache.find(key, &["layer"]).unwrap();
        assert_eq!(found.outputs["layer"], Digest::of(b"two"));
    }

    #[test]
    fn leftovers_of_killed_builds_are_removed() {
        let directory = tempfile::tempdir().unwrap();
        let leftover = directory.path().join("unfinished/.result.tmp-1");
        fs::create_dir_all(&leftover).unwrap();
        let cache = Cache::open(directory.path()).unwrap();
        assert!(!leftover.exists());
        let used = cache.unfinished().unwrap();
        Cache::open(directory.path()).unwrap();
        assert!(used.path().exists());
    }

    #[test]
    fn two_builds_may_store_the_same_result() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(directory.path()).unwrap();
        let key = Digest::of(b"key");
        made(&cache, key, "one");
        let second = made(&cache, key, "one");
        assert_eq!(second.outputs["layer"], Digest::of(b"one"));
        assert!(second.directory.join("layer").exists());
        let unfinished = fs::read_dir(directory.path().join("unfinished")).unwrap();
        assert_eq!(unfinished.count(), 0);
    }
}
