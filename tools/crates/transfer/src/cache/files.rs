//! Reads and writes the files of the cache.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::SystemTime;

use blob::{AtomicFile, Result, ResultExt};
use jiff::Timestamp;
use rustix::fs::OFlags;

/// Reads a file of at most `limit` bytes, and marks it as used.
pub(super) fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = open(path, OpenOptions::new().read(true))?;
    let size = file.metadata().ok()?.len();
    if size > limit {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    touch(&file);
    Some(bytes)
}

/// Updates the time of the last use. Errors are ignored: a cache without write permission cannot be cleaned either.
pub(super) fn touch(file: &File) {
    let _ = file.set_modified(SystemTime::from(Timestamp::now()));
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
    let directory = path.parent().unwrap_or(Path::new("."));
    // Only this user may read the cache (XDG Base Directory Specification).
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(directory);
    made.cannot("create directory", directory.display())
}

/// Opens a file of the cache. Rejects symbolic links, files with a second hard link, and pipes, which could block.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Option<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options.custom_flags(flags.bits() as i32).open(path).ok()?;
    let data = file.metadata().ok()?;
    (data.is_file() && data.nlink() == 1).then_some(file)
}
