//! `cache`: the directory of cached files.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use blob::{Result, ResultExt};
use clap::Subcommand;
use debian_lock::CleanOptions;

use crate::cache::DIRECTORIES;

/// Manage the cache
#[derive(Debug, Subcommand)]
pub(crate) enum Cache {
    /// Delete files that were not used recently
    Clean(CleanOptions),
}

impl Cache {
    pub(crate) fn run(&self) -> Result<()> {
        let Self::Clean(options) = self;
        options.run()?;
        let Some(cache) = options.directory() else {
            return Ok(());
        };
        DIRECTORIES
            .iter()
            .try_for_each(|name| clean(&cache.join(name), options.age()))
    }
}

/// Deletes the entries of a directory that are older.
fn clean(directory: &Path, age: Duration) -> Result<()> {
    let shown = directory.display();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.cannot("read directory", &shown)?,
    };
    for entry in entries {
        let path = entry.cannot("read directory", &shown)?.path();
        let facts = path.symlink_metadata().cannot("read", path.display())?;
        let modified = facts.modified().cannot("read", path.display())?;
        if modified.elapsed().unwrap_or_default() < age {
            continue;
        }
        let removed = if facts.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.cannot("delete", path.display())?;
    }
    Ok(())
}
