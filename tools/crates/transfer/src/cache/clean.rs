//! Removes files from the cache.

use std::fs::{self, DirEntry, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use blob::{cached, Error, Result, ResultExt};
use jiff::Timestamp;
use rustix::fs::{flock, FlockOperation};

use super::store::{Cache, DIRECTORIES};

/// The files that [`Cache::clean`] removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The number of files.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
}

impl Cache {
    /// Removes files that were not used for some time, or all files. Files that a process is downloading are kept, and so
    /// are files with other names than those of a cache.
    ///
    /// # Errors
    ///
    /// A directory cannot be read, or a file cannot be removed: it may belong to another user of the cache. The others are
    /// removed, and counted.
    pub fn clean(&self, older_than: Option<Duration>) -> (Cleaned, Result<()>) {
        let now = SystemTime::from(Timestamp::now());
        let mut cleaned = Cleaned::default();
        let (files, mut failed) = self.files();
        for file in files {
            let age = now.duration_since(file.used).unwrap_or_default();
            let old = older_than.is_none_or(|limit| age >= limit);
            if !old || in_use(&file.path) {
                continue;
            }
            match remove(&file.path) {
                Ok(existed) => {
                    cleaned.files += u64::from(existed);
                    cleaned.bytes += if existed { file.size } else { 0 };
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        (cleaned, failed.map_or(Ok(()), Err))
    }

    /// All files, and the error of the first directory that cannot be read.
    fn files(&self) -> (Vec<CachedFile>, Option<Error>) {
        let mut files = Vec::new();
        let mut failed = None;
        let caches = self.directory().into_iter();
        for directory in caches.flat_map(|cache| DIRECTORIES.map(|name| cache.join(name))) {
            if let Err(error) = add_files(&directory, &mut files) {
                failed = failed.or(Some(error));
            }
        }
        (files, failed)
    }
}

fn add_files(directory: &Path, files: &mut Vec<CachedFile>) -> Result<()> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.cannot("read directory", directory.display())?,
    };
    for entry in entries {
        let entry = entry.cannot("read directory", directory.display())?;
        files.extend(CachedFile::of(&entry));
    }
    Ok(())
}

/// A file of the cache.
#[derive(Debug)]
struct CachedFile {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

impl CachedFile {
    /// Returns `None` if the file no longer exists, is not a regular file, or does not have the name of a cached file.
    fn of(entry: &DirEntry) -> Option<Self> {
        if !cached::is_entry(&entry.file_name()) {
            return None;
        }
        let data = entry.metadata().ok().filter(|data| data.is_file())?;
        Some(Self {
            path: entry.path(),
            size: data.len(),
            used: data.modified().ok()?,
        })
    }
}

/// Whether a process holds the lock of a partial file, or of a file that it is writing.
fn in_use(path: &Path) -> bool {
    let lock = |file: File| flock(file, FlockOperation::NonBlockingLockExclusive);
    let of_partial = path.parent().is_some_and(|p| p.ends_with("partial"));
    let name = path.file_name().unwrap_or_default();
    let unfinished = of_partial || name.as_encoded_bytes().starts_with(b".");
    unfinished && File::open(path).is_ok_and(|file| lock(file).is_err())
}

/// Removes a file. Returns whether it existed.
fn remove(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::cannot("remove", path.display(), error)),
    }
}

#[cfg(test)]
mod tests {
    use blob::Blob;

    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    impl Cache {
        /// The number of files, and their size.
        fn size(&self) -> (u64, u64) {
            let (files, failed) = self.files();
            assert!(failed.is_none());
            let bytes = files.iter().map(|file| file.size).sum();
            (files.len() as u64, bytes)
        }

        fn cleaned(&self, older_than: Option<Duration>) -> Cleaned {
            let (cleaned, result) = self.clean(older_than);
            result.unwrap();
            cleaned
        }
    }

    fn cleaned(files: u64, bytes: u64) -> Cleaned {
        Cleaned { files, bytes }
    }

    #[test]
    fn unused_files_are_removed() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let texts = [&b"used"[..], b"unused", b"begun"];
        let [used, unused, begun] = texts.map(Blob::of);
        cache.put(&used, b"used").unwrap();
        cache.put(&unused, b"unused").unwrap();
        cache.put_latest("http://a.example/", b"latest").unwrap();
        let mut partial = cache.partial(&begun).unwrap();
        partial.append(b"beg").unwrap();
        assert_eq!(cache.size(), (4, 4 + 6 + 6 + 3));
        let long_ago = SystemTime::from(Timestamp::now()) - 30 * DAY;
        for file in cache.files().0 {
            let file = File::open(file.path).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        assert_eq!(cache.cleaned(Some(31 * DAY)), cleaned(0, 0));
        cache.get(&used).unwrap();
        assert_eq!(cache.cleaned(Some(29 * DAY)), cleaned(2, 12));
        assert!(cache.get(&used).is_some() && cache.get(&unused).is_none());
        drop(partial);
        assert_eq!(cache.cleaned(None), cleaned(2, 7));
        assert_eq!(cache.size(), (0, 0));
        let never = Cache::at(directory.path().join("never"));
        assert_eq!(never.cleaned(None), cleaned(0, 0));
        assert_eq!(Cache::none().size(), (0, 0));
    }

    #[test]
    fn what_is_no_cached_file_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        cache.put(&Blob::of(b"x"), b"x").unwrap();
        let other = directory.path().join("sha256/notes");
        fs::write(&other, "precious").unwrap();
        // A directory that cannot be read does not end the work.
        fs::write(directory.path().join("derived"), "").unwrap();
        let (count, result) = cache.clean(None);
        assert_eq!(count, cleaned(1, 1));
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("cannot read directory `"), "{error}");
        assert_eq!(fs::read(&other).unwrap(), b"precious");
    }
}
