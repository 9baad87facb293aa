//! `debian_lock update`: makes locks from manifests.

use std::path::{Path, PathBuf};

use apt_archive::Fetch;
use blob::{Error, Outputs, Result};
use clap::Args;
use lock::{difference, keep_others, Lock};
use lock_update::{Manifest, Update};
use transfer::Progress;

use super::check::{check, Change};
use super::options::RepositoryOptions;
use crate::{files, notes};

/// The options of `update`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifests, DISTRO.yaml; the lock of each is DISTRO.lock.json in the same directory
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    /// Path of the lock; only with a single manifest
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Write nothing; print the changes, and fail if there are any
    #[arg(long)]
    check: bool,
    /// Update only these packages, and keep the others of the lock; may be given several times
    #[arg(long, value_name = "PACKAGE")]
    only: Vec<String>,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        if self.lock.is_some() && self.manifests.len() > 1 {
            let cause = "it names one file for several manifests";
            return Err(Error::cannot("use option", "--lock", cause)
                .hint("omit `--lock`: each lock is written next to its manifest"));
        }
        let progress = Progress::on_standard_error();
        let fetcher = self.repositories.fetcher(&progress)?;
        let changes = self.manifests.iter();
        let changes: Vec<Change> = changes
            .map(|manifest| self.change(manifest, &fetcher, &progress))
            .collect::<Result<_>>()?;
        progress.summary();
        if self.check {
            check(&changes)
        } else {
            write(&changes, &progress)
        }
    }

    /// Computes the new lock of a manifest.
    fn change(&self, path: &Path, fetcher: &dyn Fetch, progress: &Progress) -> Result<Change> {
        let manifest = files::read_manifest(path)?;
        let lock_path = self.lock.clone();
        let lock_path = lock_path.unwrap_or_else(|| files::lock_path_of(path));
        let before = files::read_if_there(&lock_path)?;
        let name = lock_path.display().to_string();
        let old = before.as_deref().map(|text| Lock::parse(&name, text));
        let old = old.transpose()?;
        let lock = self.lock_of(&manifest, path, old.as_ref(), fetcher, progress);
        let lock = lock.map_err(|error| error.within("lock", path.display()))?;
        Ok(Change {
            path: lock_path,
            before,
            after: lock.to_json(),
            difference: old.map_or_else(Vec::new, |old| difference(&old, &lock)),
        })
    }

    fn lock_of(
        &self,
        manifest: &Manifest,
        path: &Path,
        old: Option<&Lock>,
        fetcher: &dyn Fetch,
        progress: &Progress,
    ) -> Result<Lock> {
        let update: Update = self.repositories.with_settings(path, old, |settings| {
            lock_update::update(manifest, fetcher, settings)
        })?;
        for note in &update.notes {
            progress.line(&notes::text(note));
        }
        match (&self.only[..], old) {
            ([], _) => Ok(update.lock),
            (only, Some(old)) => keep_others(old, update.lock, &update.relations, only),
            (_, None) => {
                let cause = "there is no lock yet, so no other packages can be kept";
                Err(Error::cannot("use option", "--only", cause).hint("run once without `--only`"))
            }
        }
    }
}

fn write(changes: &[Change], progress: &Progress) -> Result<()> {
    let mut outputs = Outputs::new();
    for change in changes.iter().filter(|change| change.differs()) {
        outputs.add(&files::target(&change.path)?, change.after.as_bytes())?;
    }
    outputs.commit()?;
    for change in changes {
        progress.line(&change.describe());
    }
    Ok(())
}
