//! Files and directories of a cache: whose they are, what their names are, and when they were used last.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File, Metadata};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use rustix::fs::{futimens, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::process::geteuid;

use crate::{Digest, Result, ResultExt};

const OTHERS_WRITE: u32 = 0o002;

/// Makes a directory, and those above it. Only this user may read it (XDG Base Directory Specification), whatever the umask.
///
/// # Errors
///
/// It cannot be made.
pub fn make_directory(directory: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(directory);
    made.cannot("create directory", directory.display())
}

/// Whether a file or directory belongs to this user or to root, and not every user can write to it. A group with write
/// permission is trusted: with the common umask 002, each user has a private group.
pub fn is_own(facts: &Metadata) -> bool {
    owner(facts).is_none() && facts.mode() & OTHERS_WRITE == 0
}

/// The ID of the owner of a file or directory, if it is neither this user nor root.
pub fn owner(facts: &Metadata) -> Option<u32> {
    Some(facts.uid()).filter(|owner| ![0, geteuid().as_raw()].contains(owner))
}

/// Whether a name is one that programs give to entries of a cache: a digest in hexadecimal digits, with or without an
/// extension, or the name of a temporary file or directory ([`crate::temporary`]).
pub fn is_entry(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    match name.strip_prefix('.') {
        Some(temporary) => temporary.contains(".tmp-"),
        None => Digest::from_hex(name.split('.').next().unwrap_or_default()).is_ok(),
    }
}

/// Sets the time of the last change of an open file or directory, which is the time of its last use in a cache, to now.
/// Errors are ignored: a cache without write permission cannot be cleaned either.
pub fn touch(file: &File) {
    let time = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let times = Timestamps {
        last_access: time(UTIME_OMIT),
        last_modification: time(UTIME_NOW),
    };
    let _ = futimens(file, &times);
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn directories_are_for_this_user() {
        let directory = tempfile::tempdir().unwrap();
        let deep = directory.path().join("a/b");
        make_directory(&deep).unwrap();
        make_directory(&deep).unwrap();
        for path in [&deep, deep.parent().unwrap()] {
            assert_eq!(fs::metadata(path).unwrap().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn names_of_entries() {
        let hex = Digest::of(b"").hex();
        for (name, good) in [
            (hex.clone(), true),
            (format!("{hex}.blocks"), true),
            (format!(".{hex}.tmp-1a2b"), true),
            (".result.tmp-1a2b".to_owned(), true),
            ("notes".to_owned(), false),
            (".profile".to_owned(), false),
            (format!("{hex}0"), false),
        ] {
            assert_eq!(is_entry(OsStr::new(&name)), good, "{name}");
        }
    }

    #[test]
    fn files_of_others() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "").unwrap();
        assert_eq!(owner(&fs::metadata(&path).unwrap()), None);
        // Only root can give a file away, and not in a sandbox that has no other user.
        if std::os::unix::fs::chown(&path, Some(12345), None).is_ok() {
            let facts = fs::metadata(&path).unwrap();
            assert_eq!((owner(&facts), is_own(&facts)), (Some(12345), false));
        }
    }

    #[test]
    fn own_files() {
        let directory = tempfile::tempdir().unwrap();
        for (mode, own) in [
            (0o644, true),
            (0o664, true),
            (0o646, false),
            (0o1777, false),
        ] {
            fs::set_permissions(directory.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(
                is_own(&fs::metadata(directory.path()).unwrap()),
                own,
                "{mode:o}"
            );
        }
    }

    #[test]
    fn the_last_use_of_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let open = File::open(directory.path()).unwrap();
        open.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        touch(&open);
        let since = open.metadata().unwrap().modified().unwrap();
        let since = since.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert!(since > Duration::from_secs(1_700_000_000), "{since:?}");
    }
}
