//! `cache`: the directory of cached files.

use std::fs::{self, DirEntry, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use blob::{cached, temporary, Result, ResultExt};
use clap::Subcommand;
use debian_lock::CleanOptions;

use crate::cache::{CacheOptions, LOCK};

/// Manage the cache
#[derive(Debug, Subcommand)]
pub(crate) enum Cache {
    /// Delete files that were not used recently
    Clean {
        #[command(flatten)]
        options: CleanOptions,
        #[command(flatten)]
        cache: CacheOptions,
    },
}

impl Cache {
    pub(crate) fn run(&self) -> Result<()> {
        let Self::Clean { options, cache } = self;
        let cache = cache.open()?;
        let mut result = options.clean(&cache.downloads);
        for directory in cache.cleaned() {
            result = result.and(clean(&directory, options.age()));
        }
        result
    }
}

/// Deletes the entries of a directory that are older, unless another process has locked them. Returns the first error.
fn clean(directory: &Path, age: Duration) -> Result<()> {
    let shown = directory.display();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.cannot("read directory", &shown)?,
    };
    let mut result = Ok(());
    for entry in entries {
        let entry = entry.cannot("read directory", &shown)?;
        if !cached::is_entry(&entry.file_name()) || is_lock(&entry) {
            continue;
        }
        match remove(&entry.path(), age) {
            // Another process has deleted it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => result = result.and(removed.cannot("delete", entry.path().display())),
        }
    }
    result
}

/// Whether an entry is the empty file that builds lock: a process may wait for it.
fn is_lock(entry: &DirEntry) -> bool {
    entry.path().extension().is_some_and(|name| name == LOCK)
}

fn remove(path: &Path, age: Duration) -> io::Result<()> {
    let kind = path.symlink_metadata()?.file_type();
    let locked = temporary::lock(path);
    if (kind.is_dir() || kind.is_file()) && locked.is_none() && File::open(path).is_ok() {
        // Another process uses it.
        return Ok(());
    }
    let used = path.symlink_metadata()?.modified()?;
    if used.elapsed().unwrap_or_default() < age {
        Ok(())
    } else if kind.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
