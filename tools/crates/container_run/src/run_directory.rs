//! The temporary directory of a run, which is removed in every case.
//!
//! A run that is killed cannot remove its directory, so a second process waits for the end of the run and removes it.
//! If that one is killed as well, the next run removes the directory: the directory of an active run is locked.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use blob::{Error, Result, ResultExt};
use rustix::fs::{flock, FlockOperation};

use crate::removal::remove;
use crate::role;

const PREFIX: &str = "image_test-";
/// Number of attempts: another run may remove a new directory as abandoned before it is locked.
const ATTEMPTS: usize = 10;

/// A directory that is locked, and is removed when this value is dropped.
#[derive(Debug)]
pub(crate) struct RunDirectory {
    path: PathBuf,
    _lock: File,
    /// The process that removes the directory when its standard input ends.
    cleaner: Option<Child>,
}

impl RunDirectory {
    /// Creates a directory in `place`, and removes directories of killed runs there.
    ///
    /// - `owners`: user IDs whose directories belong to this tool.
    pub(crate) fn new(place: &Path, owners: &[u32]) -> Result<Self> {
        remove_abandoned(place, owners);
        for _ in 0..ATTEMPTS {
            let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place);
            let made = made.cannot("create a directory in", place.display())?;
            if let Some(lock) = locked(made.path()) {
                let path = made.keep();
                let cleaner = start_cleaner(&path);
                return Ok(Self {
                    path,
                    _lock: lock,
                    cleaner,
                });
            }
        }
        let cause = "other runs removed it each time";
        Err(Error::cannot(
            "create a directory in",
            place.display(),
            cause,
        ))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        remove(&self.path);
        if let Some(mut cleaner) = self.cleaner.take() {
            drop(cleaner.stdin.take());
            let _ = cleaner.wait();
        }
    }
}

/// Starts the process that removes the directory. If this fails, the next run removes it.
fn start_cleaner(directory: &Path) -> Option<Child> {
    let mut command = Command::new("/proc/self/exe");
    command
        .args([role::OPTION, role::CLEANUP])
        .arg(directory)
        .env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    command.stderr(Stdio::null()).current_dir("/").spawn().ok()
}

/// Opens and locks a directory; `None` if another process has locked or removed it.
fn locked(directory: &Path) -> Option<File> {
    let file = File::open(directory).ok()?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
    let (opened, current) = (file.metadata().ok()?, fs::symlink_metadata(directory).ok()?);
    (opened.dev() == current.dev() && opened.ino() == current.ino()).then_some(file)
}

/// Removes the directories of killed runs.
fn remove_abandoned(place: &Path, owners: &[u32]) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_named = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX));
        let is_ours = || {
            let metadata = entry.metadata();
            metadata.is_ok_and(|metadata| metadata.is_dir() && owners.contains(&metadata.uid()))
        };
        if is_named && is_ours() {
            if let Some(_lock) = locked(&entry.path()) {
                remove(&entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_of_killed_runs_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let owner = fs::metadata(place.path()).unwrap().uid();
        for name in [
            "image_test-left/a",
            "image_test-lives",
            "other",
            "image_test-theirs",
        ] {
            fs::create_dir_all(place.path().join(name)).unwrap();
        }
        std::os::unix::fs::symlink("other", place.path().join("image_test-link")).unwrap();
        let lock = locked(&place.path().join("image_test-lives")).unwrap();
        assert!(locked(&place.path().join("image_test-lives")).is_none());
        remove_abandoned(place.path(), &[]);
        assert!(place.path().join("image_test-left").exists());
        remove_abandoned(place.path(), &[owner]);
        let mut left: Vec<_> = fs::read_dir(place.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["image_test-link", "image_test-lives", "other"]);
        drop(lock);
    }
}
