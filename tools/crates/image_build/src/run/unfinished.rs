//! Directories in which results are made. Those of killed processes are removed by the next build.

use std::fs::File;
use std::path::Path;

use blob::{temporary, Error, Result, ResultExt};
use tempfile::TempDir;

/// The number of attempts to lock a new directory before another process takes it for a leftover.
const TRIES: usize = 8;

/// A directory next to an output, which this process has locked (flock(2)). It is deleted when it is dropped.
#[derive(Debug)]
pub(super) struct Unfinished {
    directory: TempDir,
    /// Holds the lock.
    _lock: File,
}

impl Unfinished {
    /// A new directory for an output.
    pub(super) fn next_to(output: &Path) -> Result<Self> {
        let parent = temporary::directory_of(output);
        let prefix = temporary::temporary_prefix(output);
        for _ in 0..TRIES {
            let directory = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent);
            let directory = directory.cannot("create directory in", parent.display())?;
            if let Some(lock) = temporary::lock(directory.path()) {
                let _lock = lock;
                return Ok(Self { directory, _lock });
            }
        }
        let cause = "other processes remove its new directories";
        Err(Error::cannot("use", parent.display(), cause))
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Keeps the directory, which was moved to its place.
    pub(super) fn keep(self) {
        let _ = self.directory.keep();
    }
}
