//! Temporary files and directories in the directory of their output, and removal of those that killed processes left.
//!
//! Their names start with `.NAME.tmp-`, and the writing process holds a lock (flock(2)). An unlocked one is a leftover.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{flock, FlockOperation, Mode, OFlags};

/// The longest output name that is used in the temporary name; with a longer one, the temporary name could exceed the
/// limit of file systems (255 bytes).
const MAX_NAME: usize = 200;

/// The prefix of the temporary names of an output.
pub fn temporary_prefix(output: &Path) -> OsString {
    let name = output.file_name().filter(|name| name.len() <= MAX_NAME);
    let mut prefix = OsString::from(".");
    if let Some(name) = name {
        prefix.push(name);
        prefix.push(".");
    }
    prefix.push("tmp-");
    prefix
}

/// The directory of an output.
pub fn directory_of(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Locks a file or directory until the result is dropped; `None` if another process has locked it or it cannot be
/// opened.
pub fn lock(path: &Path) -> Option<File> {
    // Do not follow links, and do not wait for the writer of a pipe.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?);
    try_lock(&file).then_some(file)
}

/// Locks an open file; returns false if another process has locked it.
pub(crate) fn try_lock(file: &File) -> bool {
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Removes leftovers of killed processes for an output. Errors are ignored, because leftovers do no harm.
pub fn remove_leftovers(output: &Path) {
    let prefix = temporary_prefix(output);
    let entries = fs::read_dir(directory_of(output));
    for entry in entries.into_iter().flatten().flatten() {
        if begins_with(&entry.file_name(), &prefix) {
            remove_leftover(&entry.path());
        }
    }
}

fn begins_with(name: &OsStr, prefix: &OsStr) -> bool {
    name.as_bytes().starts_with(prefix.as_bytes())
}

/// Holds the lock until the file is removed.
fn remove_leftover(path: &Path) {
    let Some(locked) = lock(path) else {
        return;
    };
    let is_directory = locked.metadata().is_ok_and(|facts| facts.is_dir());
    let remove = if is_directory {
        fs::remove_dir_all
    } else {
        fs::remove_file
    };
    let _ = remove(path);
}
