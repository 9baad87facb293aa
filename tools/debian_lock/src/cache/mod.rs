//! Downloads kept by their SHA-256. What comes out is checked again, so nothing in it is trusted.
//!
//! | folder | holds | named by |
//! | --- | --- | --- |
//! | `sha256` | files as they came | their SHA-256 |
//! | `partial` | the beginnings of files that have not all come | the SHA-256 that they are to have |
//! | `derived` | what was worked out from files, compressed by zstd | its SHA-256 before compression |
//! | `latest` | the last answer of an address whose content is not known beforehand | the SHA-256 of the address |
//!
//! Files appear whole (written beside their place, then renamed), so several processes may share a cache. Each use
//! renews a file's time of change; [`Cache::clean`] goes by that.

mod clean;
mod derived;
mod partial;

use std::env;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use blob::{AtomicFile, Blob, Digest, Result, ResultExt};
use jiff::Timestamp;

pub(crate) use partial::Partial;

/// Every folder of a cache.
const FOLDERS: [&str; 4] = ["sha256", "partial", "derived", "latest"];

/// What is kept of an address: signed texts are smaller by far.
const MAX_LATEST: usize = 8 << 20;

/// A folder of files named by their digests, or none.
#[derive(Clone, Debug)]
pub(crate) struct Cache(Option<PathBuf>);

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(Some(folder))
    }

    /// `$XDG_CACHE_HOME/distroless`, `~/.cache/distroless`, or none where there is no home.
    pub(crate) fn of_this_user() -> Self {
        let folder = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .filter(|f| f.is_absolute())
        };
        let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
        match caches {
            Some(caches) => Self::at(caches.join("distroless")),
            None => Self(None),
        }
    }

    /// The file, where it is there and still what its name says.
    pub(crate) fn get(&self, blob: &Blob) -> Option<Vec<u8>> {
        let bytes = read(&self.path("sha256", &blob.digest)?, blob.size)?;
        (Blob::of(&bytes) == *blob).then_some(bytes)
    }

    /// Keeps a file.
    pub(crate) fn put(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
        match self.path("sha256", &blob.digest) {
            Some(path) => write(&path, bytes),
            None => Ok(()),
        }
    }

    /// The last answer of an address. Nothing vouches for it: it is for what is signed.
    pub(crate) fn latest(&self, address: &str, limit: u64) -> Option<Vec<u8>> {
        let path = self.path("latest", &Digest::of(address.as_bytes()))?;
        read(&path, limit)
    }

    /// Keeps the answer of an address, in place of the last, unless it is larger than anything signed.
    pub(crate) fn put_latest(&self, address: &str, bytes: &[u8]) -> Result<()> {
        match self.path("latest", &Digest::of(address.as_bytes())) {
            Some(path) if bytes.len() <= MAX_LATEST => write(&path, bytes),
            _ => Ok(()),
        }
    }

    fn path(&self, folder: &str, digest: &Digest) -> Option<PathBuf> {
        Some(self.0.as_ref()?.join(folder).join(digest.hex()))
    }
}

/// The bytes of a file no larger than that, which counts as a use of it.
fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok().filter(|data| data.is_file())?.len();
    if size > limit {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    touch(&file);
    Some(bytes)
}

/// Renews the time of the last use. Where the cache is not ours to write, there is none to clean either.
fn touch(file: &File) {
    let _ = file.set_modified(SystemTime::from(Timestamp::now()));
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    make_folder_of(path)?;
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).cannot("write", path.display())?;
    file.commit()
}

fn make_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).cannot("make folder", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_is_what_went_in_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("deep/er"));
        let blob = Blob::of(b"bytes");
        assert_eq!(cache.get(&blob), None);
        cache.put(&blob, b"bytes").unwrap();
        assert_eq!(cache.get(&blob).unwrap(), b"bytes");
        let path = folder.path().join("deep/er/sha256").join(blob.digest.hex());
        for spoilt in ["bytez", "byte", "bytes and more", ""] {
            fs::write(&path, spoilt).unwrap();
            assert_eq!(cache.get(&blob), None);
        }
        assert_eq!(Cache(None).get(&blob), None);
        Cache(None).put(&blob, b"bytes").unwrap();
    }

    #[test]
    fn the_last_answer_of_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned());
        let address = "http://a.example/InRelease";
        assert_eq!(cache.latest(address, 9), None);
        cache.put_latest(address, b"old").unwrap();
        cache.put_latest(address, b"new").unwrap();
        assert_eq!(cache.latest(address, 9).unwrap(), b"new");
        assert_eq!(cache.latest(address, 2), None);
        assert_eq!(cache.latest("http://b.example/InRelease", 9), None);
    }
}
