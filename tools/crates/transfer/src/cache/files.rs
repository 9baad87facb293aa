//! Reads and writes the files of the cache.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use blob::cached::{self, touch};
use blob::{AtomicFile, Result, ResultExt};
use rustix::fs::OFlags;

/// Reads a file of at most `limit` bytes, and marks it as used.
pub(super) fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    read_if(path, limit, |_| true)
}

/// As [`read`], if only this user can write to the file.
pub(super) fn read_own(path: &Path, limit: u64) -> Option<Vec<u8>> {
    read_if(path, limit, is_own)
}

fn read_if(path: &Path, limit: u64, is_good: fn(&File) -> bool) -> Option<Vec<u8>> {
    let file = open(path, OpenOptions::new().read(true)).filter(is_good)?;
    let size = file.metadata().ok()?.len();
    if size > limit {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
    // The file may grow meanwhile.
    let mut most = (&file).take(limit.saturating_add(1));
    let count = most.read_to_end(&mut bytes).ok()?;
    touch(&file);
    (count as u64 <= limit).then_some(bytes)
}

/// Replaces a file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    make_directory_of(path)?;
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).cannot("write", path.display())?;
    file.commit()
}

/// Makes the directory of a file, and those above it.
pub(super) fn make_directory_of(path: &Path) -> Result<()> {
    cached::make_directory(path.parent().unwrap_or(Path::new(".")))
}

/// Whether only this user, and a group that this user lets write, can write to a file.
pub(super) fn is_own(file: &File) -> bool {
    file.metadata().is_ok_and(|data| cached::is_own(&data))
}

/// Opens a file of the cache. Rejects symbolic links, files with a second hard link, and pipes, which could block.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Option<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options.custom_flags(flags.bits() as i32).open(path).ok()?;
    let data = file.metadata().ok()?;
    // One that another process has just replaced has no name any more.
    (data.is_file() && data.nlink() <= 1).then_some(file)
}
