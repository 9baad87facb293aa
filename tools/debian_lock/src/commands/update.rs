//! `debian_lock update`: makes locks from manifests.

mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use apt_archive::Fetch;
use blob::{Error, Outputs, Result};
use clap::Args;
use lock::{difference, keep_others, Lock};
use lock_report::security_packages;
use lock_update::{Manifest, Update};
use transfer::Progress;

use self::report::{LockPair, ReportOptions};
use super::check::{check, print, Change};
use super::options::RepositoryOptions;
use crate::{files, notes};

/// The exit code of `--exit-code` for a lock that changes; 1 is an error.
const CHANGED: u8 = 10;

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
    /// Exit with 10 if a lock changes, and with 0 if none does
    #[arg(long)]
    exit_code: bool,
    /// Only the manifests of these distros, DISTRO.yaml; may be given several times
    #[arg(long = "distro", value_name = "DISTRO")]
    distros: Vec<String>,
    /// Update only packages that a security suite (NAME-security) changes, and keep the others of the lock
    #[arg(long, conflicts_with = "only")]
    security: bool,
    /// Update only these packages, and keep the others of the lock; may be given several times
    #[arg(long, value_name = "PACKAGE")]
    only: Vec<String>,
    #[command(flatten)]
    report: ReportOptions,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

impl Options {
    pub(crate) fn run(&self) -> Result<ExitCode> {
        let manifests = self.manifests()?;
        if self.lock.is_some() && manifests.len() > 1 {
            let cause = "it names one file for several manifests";
            return Err(Error::cannot("use option", "--lock", cause)
                .hint("omit `--lock`: each lock is written next to its manifest"));
        }
        let progress = Progress::on_standard_error();
        let fetcher = self.repositories.fetcher(&progress)?;
        let (mut changes, mut locks) = (Vec::new(), Vec::new());
        for manifest in manifests {
            let (change, pair) = self.change(manifest, &fetcher, &progress)?;
            changes.push(change);
            locks.push(pair);
        }
        let report = self.report.report(&locks, &fetcher)?;
        progress.summary();
        let mut outputs = Outputs::new();
        self.report.add_files(&report, &mut outputs)?;
        if !self.check {
            for change in changes.iter().filter(|change| change.differs()) {
                outputs.add(&files::target(&change.path)?, change.after.as_bytes())?;
            }
        }
        outputs.commit()?;
        for warning in &report.warnings {
            progress.line(&format!("warning: {warning}"));
        }
        let is_changed = changes.iter().any(Change::differs);
        if self.check && self.exit_code {
            print(&changes)?;
        } else if self.check {
            check(&changes)?;
        } else {
            changes
                .iter()
                .for_each(|change| progress.line(&change.describe()));
        }
        if self.exit_code && is_changed {
            return Ok(ExitCode::from(CHANGED));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The manifests of the distros of `--distro`, or all.
    fn manifests(&self) -> Result<Vec<&Path>> {
        let mut all = Vec::new();
        for path in &self.manifests {
            all.push((files::distro(path)?, path.as_path()));
        }
        let names = || all.iter().map(|(name, _)| name.as_str());
        if let Some(unknown) = self
            .distros
            .iter()
            .find(|wanted| !names().any(|name| name == *wanted))
        {
            let names: Vec<&str> = names().collect();
            let cause = format!("expected one of {}", names.join(", "));
            return Err(Error::cannot("use --distro", unknown, cause));
        }
        let is_wanted = |name: &String| self.distros.is_empty() || self.distros.contains(name);
        let wanted = all.into_iter().filter(|(name, _)| is_wanted(name));
        Ok(wanted.map(|(_, path)| path).collect())
    }

    /// Computes the new lock of a manifest.
    fn change(
        &self,
        path: &Path,
        fetcher: &dyn Fetch,
        progress: &Progress,
    ) -> Result<(Change, LockPair)> {
        let manifest = files::read_manifest(path)?;
        let lock_path = self.lock.clone();
        let lock_path = lock_path.unwrap_or_else(|| files::lock_path_of(path));
        let before = files::read_if_there(&lock_path)?;
        let name = lock_path.display().to_string();
        let old = before.as_deref().map(|text| Lock::parse(&name, text));
        let old = old.transpose()?;
        let lock = self.lock_of(&manifest, path, old.as_ref(), fetcher, progress);
        let lock = lock.map_err(|error| error.within("lock", path.display()))?;
        let directory = lock_path.parent().unwrap_or(Path::new("")).to_owned();
        let change = Change {
            path: lock_path,
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
