//! `debian_lock update`: makes locks from manifests.

mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use blob::{Error, Outputs, Result};
use clap::Args;
use transfer::Progress;

use self::report::ReportOptions;
use super::locking::LockOptions;
use super::manifest_source::ManifestSource;
use super::options::RepositoryOptions;
use crate::files;

/// The options of `update`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifests, DISTRO.yaml; the lock of each is DISTRO.lock.json in the same directory
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    /// Path of the lock; only with a single manifest
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Only the manifests of these distros, DISTRO.yaml; may be given several times
    #[arg(long = "distro", value_name = "DISTRO")]
    distros: Vec<String>,
    #[command(flatten)]
    locking: LockOptions,
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
        for path in manifests {
            let mut source = ManifestSource::of_file(path, files::read_manifest(path)?)?;
            if let Some(lock) = &self.lock {
                source.lock.clone_from(lock);
            }
            let (change, pair) =
                self.locking
                    .change(&source, &self.repositories, &fetcher, &progress)?;
            changes.push(change);
            locks.push(pair);
        }
        let report = self.report.report(&locks, &fetcher)?;
        progress.summary();
        let mut outputs = Outputs::new();
        self.report.add_files(&report, &mut outputs)?;
        self.locking.add_locks(&changes, &mut outputs)?;
        outputs.commit()?;
        for warning in &report.warnings {
            progress.line(&format!("warning: {warning}"));
        }
        self.locking.finish(&changes, &progress)
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
}
