//! Writes the lock of a manifest, or compares it with the one that exists.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use apt_archive::Fetch;
use blob::{Error, Outputs, Result};
use clap::Args;
use lock::{difference, keep_others, Lock};
use lock_report::security_packages;
use lock_update::{Settings, Update};
use transfer::Progress;

use super::check::{check, print, Change};
use super::manifest_source::ManifestSource;
use super::options::RepositoryOptions;
use crate::{files, notes};

/// The exit code of `--exit-code` for a lock that changes; 1 is an error.
const CHANGED: u8 = 10;

/// The options of every command that writes locks.
#[derive(Args, Debug)]
pub struct LockOptions {
    /// Write nothing; print the changes, and fail if there are any
    #[arg(long)]
    check: bool,
    /// Exit with 10 if a lock changes, and with 0 if none does
    #[arg(long)]
    exit_code: bool,
    /// Update only packages that a security suite (NAME-security) changes, and keep the others of the lock
    #[arg(long, conflicts_with = "only")]
    security: bool,
    /// Update only these packages, and keep the others of the lock; may be given several times
    #[arg(long, value_name = "PACKAGE")]
    only: Vec<String>,
}

/// A lock before and after the update.
pub(super) struct LockPair {
    /// The directory of the lock.
    pub(super) directory: PathBuf,
    pub(super) old: Option<Lock>,
    pub(super) new: Lock,
}

/// Writes the lock of one manifest, and prints the changes. The exit code is 10 if `--exit-code` is given and the lock
/// changes.
///
/// # Errors
///
/// The manifest cannot be locked, or `--check` is given and the lock changes.
pub fn lock(
    source: &ManifestSource,
    options: &LockOptions,
    repositories: &RepositoryOptions,
) -> Result<ExitCode> {
    let progress = Progress::on_standard_error();
    let fetcher = repositories.fetcher(&progress)?;
    let (change, _) = options.change(source, repositories, &fetcher, &progress)?;
    progress.summary();
    let changes = [change];
    let mut outputs = Outputs::new();
    options.add_locks(&changes, &mut outputs)?;
    outputs.commit()?;
    options.finish(&changes, &progress)
}

/// The identity of this program: its version and its file, which differs for each build. The time is that of the last change
/// of the inode, which no archive sets.
pub(super) fn program() -> Option<String> {
    let file = std::env::current_exe().ok()?.metadata().ok()?;
    let place = (file.dev(), file.ino(), file.size());
    let time = (file.ctime(), file.ctime_nsec());
    Some(format!("{} {place:?} {time:?}", env!("CARGO_PKG_VERSION")))
}

impl LockOptions {
    /// Adds the locks that changed to the files that are written, unless `--check` is given.
    pub(super) fn add_locks(&self, changes: &[Change], outputs: &mut Outputs) -> Result<()> {
        if self.check {
            return Ok(());
        }
        for change in changes.iter().filter(|change| change.differs()) {
            outputs.add(&files::target(&change.path)?, change.after.as_bytes())?;
        }
        Ok(())
    }

    /// Prints the changes after the locks are written.
    pub(super) fn finish(&self, changes: &[Change], progress: &Progress) -> Result<ExitCode> {
        if self.check && self.exit_code {
            print(changes)?;
        } else if self.check {
            check(changes)?;
        } else {
            changes
                .iter()
                .for_each(|change| progress.line(&change.describe()));
        }
        if self.exit_code && changes.iter().any(Change::differs) {
            return Ok(ExitCode::from(CHANGED));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Computes the new lock of a manifest.
    pub(super) fn change(
        &self,
        source: &ManifestSource,
        repositories: &RepositoryOptions,
        fetcher: &dyn Fetch,
        progress: &Progress,
    ) -> Result<(Change, LockPair)> {
        let before = files::read_if_there(&source.lock)?;
        let name = source.lock.display().to_string();
        let old = before.as_deref().map(|text| Lock::parse(&name, text));
        let old = old.transpose()?;
        let program = program();
        let update = repositories.with_settings(source, old.as_ref(), |settings| {
            let settings = Settings {
                program: program.as_deref(),
                // To keep some packages, the relations of all are needed.
                known: old.as_ref().filter(|_| self.only.is_empty()),
                ..*settings
            };
            lock_update::update(&source.manifest, fetcher, &settings)
        });
        let lock = update.and_then(|update| self.lock_of(update, old.as_ref(), progress));
        let lock = lock.map_err(|error| error.within("lock", source.file.display()))?;
        let directory = source.lock.parent().unwrap_or(Path::new("")).to_owned();
        let change = Change {
            path: source.lock.clone(),
            before,
            after: lock.to_json(),
            difference: old
                .as_ref()
                .map_or_else(Vec::new, |old| difference(old, &lock)),
        };
        let pair = LockPair {
            directory,
            old,
            new: lock,
        };
        Ok((change, pair))
    }

    /// The lock of an update, with the packages of the old lock that the options keep.
    fn lock_of(&self, update: Update, old: Option<&Lock>, progress: &Progress) -> Result<Lock> {
        for note in &update.notes {
            progress.line(&notes::text(note));
        }
        let (only, option) = match (self.security, old) {
            (false, _) => (self.only.clone(), "--only"),
            (true, Some(old)) => {
                let only = security_packages(old, &update.lock);
                if only.is_empty() {
                    return Ok(old.clone());
                }
                (only, "--security")
            }
            (true, None) => (Vec::new(), "--security"),
        };
        match old {
            None if self.security || !only.is_empty() => {
                let cause = "there is no lock yet, so no other packages can be kept";
                Err(Error::cannot("use option", option, cause)
                    .hint(format!("run once without `{option}`")))
            }
            Some(old) if !only.is_empty() => {
                keep_others(old, update.lock, &update.relations, &only)
            }
            _ => Ok(update.lock),
        }
    }
}
