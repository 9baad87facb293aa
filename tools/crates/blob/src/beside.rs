//! Temporary files and directories beside the place that they will take, and what killed processes have left of them.
//!
//! The name begins with `.NAME.tmp-`, and whoever writes holds a lock (flock(2)). What is not locked is a leftover.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{flock, FlockOperation, Mode, OFlags};

/// The longest name of an output that is part of the temporary name: with more, that would be longer than file systems allow
/// (255 bytes).
const MAX_NAME: usize = 200;

/// How the temporary names of an output begin.
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

/// The directory that an output is in.
pub fn directory_of(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Locks a file or a directory until the result is dropped; `None` where somebody else has locked it, or it cannot be opened.
pub fn lock(path: &Path) -> Option<File> {
    // A link is followed nowhere, and a pipe without a writer is not waited for.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?);
    try_lock(&file).then_some(file)
}

/// Locks an open file; whether nobody else had locked it.
pub(crate) fn try_lock(file: &File) -> bool {
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Removes what killed processes have left of an output. What cannot be removed stays: it is in nobody's way.
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

/// The lock is held until it is gone.
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
