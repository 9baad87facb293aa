//! `cache`: the directory of cached files.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use blob::{temporary, Result, ResultExt};
use clap::Subcommand;
use debian_lock::CleanOptions;

use crate::cache::CacheOptions;

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
        options.clean(&cache.downloads)?;
        let mut directories = cache.cleaned().into_iter();
        directories.try_for_each(|directory| clean(&directory, options.age()))
    }
}

/// Deletes the entries of a directory that are older, unless another process has locked them.
fn clean(directory: &Path, age: Duration) -> Result<()> {
    let shown = directory.display();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.cannot("read directory", &shown)?,
    };
    for entry in entries {
        let path = entry.cannot("read directory", &shown)?.path();
        match remove(&path, age) {
            // Another process has deleted it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed.cannot("delete", path.display())?,
        }
    }
    Ok(())
}

fn remove(path: &Path, age: Duration) -> io::Result<()> {
    let facts = path.symlink_metadata()?;
    if facts.modified()?.elapsed().unwrap_or_default() < age {
        return Ok(());
    }
    if facts.is_symlink() {
        return fs::remove_file(path);
    }
    match temporary::lock(path) {
        Some(_lock) if facts.is_dir() => fs::remove_dir_all(path),
        Some(_lock) => fs::remove_file(path),
        None => Ok(()),
    }
}
