//! The beginning of an incomplete file, which this run or the next one continues.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use blob::{Blob, Result, ResultExt};
use rustix::fs::{flock, FlockOperation};

use super::files::{make_directory_of, open};
use super::store::Cache;

/// A partial file that only this process uses. It is locked until this value is dropped, and the kernel releases the
/// lock if the process dies.
#[derive(Debug)]
pub(crate) struct Partial {
    file: File,
    path: PathBuf,
    /// The path of the complete file.
    complete: PathBuf,
    size: u64,
}

impl Cache {
    /// Opens or creates the partial file for a download. Returns `None` if the cache cannot be written or if another
    /// process is downloading the file; then the download does not use a partial file.
    pub(crate) fn partial(&self, blob: &Blob) -> Option<Partial> {
        let path = self.path("partial", &blob.digest)?;
        let complete = self.path("sha256", &blob.digest)?;
        make_directory_of(&path)
            .and(make_directory_of(&complete))
            .ok()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // The same as for files that are written at once: users of a shared cache may read them.
        let file = open(&path, options.mode(0o644))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
        // The previous owner may have finished before this process got the lock. Then `file` is already the complete
        // file.
        same_file(&file, &path)?;
        let size = file.metadata().ok()?.len();
        Some(Partial {
            file,
            path,
            complete,
            size,
        })
    }
}

fn same_file(file: &File, path: &Path) -> Option<()> {
    let (open, named) = (file.metadata().ok()?, fs::symlink_metadata(path).ok()?);
    (open.is_file() && (open.dev(), open.ino()) == (named.dev(), named.ino())).then_some(())
}

impl Partial {
    /// Returns the content if it has at most `limit` bytes. [`Partial::append`] then adds to its end.
    pub(crate) fn read(&mut self, limit: u64) -> Option<Vec<u8>> {
        if self.size > limit {
            return None;
        }
        let mut bytes = Vec::new();
        self.file.rewind().ok()?;
        self.file.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Appends bytes.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Removes the content.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.size = 0;
        self.file.rewind()
    }

    /// Moves the complete, verified file to its path.
    pub(crate) fn finish(self) -> Result<()> {
        fs::rename(&self.path, &self.complete).cannot("write", self.complete.display())
    }
}

impl Drop for Partial {
    /// Removes an empty file. If the cache was cleaned, the name may belong to another process now.
    fn drop(&mut self) {
        if self.size == 0 && same_file(&self.file, &self.path).is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        (directory, cache)
    }

    fn count(directory: &Path) -> usize {
        fs::read_dir(directory.join("partial")).unwrap().count()
    }

    #[test]
    fn the_next_run_continues() {
        let (directory, cache) = cache();
        let blob = Blob::of(b"first second");
        let mut partial = cache.partial(&blob).unwrap();
        assert_eq!(partial.read(99).unwrap(), b"");
        partial.append(b"first").unwrap();
        drop(partial);
        let mut partial = cache.partial(&blob).unwrap();
        assert_eq!(partial.read(99).unwrap(), b"first");
        partial.append(b" second").unwrap();
        partial.finish().unwrap();
        assert_eq!(cache.get(&blob).unwrap(), b"first second");
        assert_eq!(count(directory.path()), 0);
    }

    #[test]
    fn too_long_or_restarted_content_is_removed() {
        let (directory, cache) = cache();
        let blob = Blob::of(b"new");
        let mut partial = cache.partial(&blob).unwrap();
        partial.append(b"something old").unwrap();
        assert_eq!(partial.read(3), None);
        partial.restart().unwrap();
        partial.append(b"new").unwrap();
        assert_eq!(partial.read(3).unwrap(), b"new");
        partial.restart().unwrap();
        drop(partial);
        assert_eq!(count(directory.path()), 0);
    }

    #[test]
    fn one_process_at_a_time() {
        let (_directory, cache) = cache();
        let blob = Blob::of(b"new");
        let first = cache.partial(&blob).unwrap();
        assert!(cache.partial(&blob).is_none());
        assert!(cache.partial(&Blob::of(b"other")).is_some());
        drop(first);
        assert!(cache.partial(&blob).is_some());
        assert!(Cache::none().partial(&blob).is_none());
    }
}
