//! Files and directories of a cache: whose they are, and when they were used last.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;

use rustix::fs::{futimens, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::process::geteuid;

const OTHERS_WRITE: u32 = 0o002;

/// Whether a file or directory belongs to this user, and not every user can write to it. A group with write permission is
/// trusted: with the common umask 002, each user has a private group.
pub fn is_own(facts: &Metadata) -> bool {
    facts.uid() == geteuid().as_raw() && facts.mode() & OTHERS_WRITE == 0
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
