//! Temporary files and directories in the directory of their output, and removal of those that killed processes left.
//!
//! Their names start with `.NAME.tmp-`, and the writing process holds a lock (flock(2)). An unlocked one is a leftover.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
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

/// Locks a file or directory until the result is dropped; `None` if another process has locked or removed it, or it cannot
/// be opened.
pub fn lock(path: &Path) -> Option<File> {
    // Do not follow links, and do not wait for the writer of a pipe.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?);
    // Between the two calls, another process may have locked, removed and unlocked it.
    (try_lock(&file) && is_at(&file, path)).then_some(file)
}

/// Whether an open file or directory still has this path.
fn is_at(file: &File, path: &Path) -> bool {
    let identity = |facts: fs::Metadata| (facts.dev(), facts.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => identity(open) == identity(there),
        _ => false,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_was_removed_is_not_at_its_path() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("made");
        fs::create_dir(&path).unwrap();
        let open = File::open(&path).unwrap();
        assert!(is_at(&open, &path));
        fs::remove_dir(&path).unwrap();
        assert!(!is_at(&open, &path));
        fs::create_dir(&path).unwrap();
        assert!(!is_at(&open, &path));
    }

    #[test]
    fn new_directories_are_locked_while_others_remove_leftovers() {
        let parent = tempfile::tempdir().unwrap();
        let output = parent.path().join("output");
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        remove_leftovers(&output);
                    }
                });
            }
            scope.spawn(|| {
                for number in 0..2000 {
                    let path = parent.path().join(format!(".output.tmp-{number}"));
                    fs::create_dir(&path).unwrap();
                    if let Some(_locked) = lock(&path) {
                        fs::write(path.join("file"), "").unwrap();
                        fs::remove_dir_all(&path).unwrap();
                    }
                }
            });
        });
    }
}
