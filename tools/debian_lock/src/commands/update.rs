//! `debian_lock update`: manifests → locks.

use std::io::Write;
use std::path::{Path, PathBuf};

use blob::{Error, Outputs, Result, ResultExt};
use clap::Args;
use debian_repo::lock::difference;
use debian_repo::{Lock, Manifest, Settings};
use jiff::Timestamp;

use crate::addresses::{Addresses, Snapshot};
use crate::cache::Cache;
use crate::fetcher::{HttpFetcher, Network};
use crate::files;
use crate::progress::Progress;

/// The flags of `update`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifests, DISTRO.yaml; the lock of each is DISTRO.lock.json beside it
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    /// Where the lock lies, for one manifest
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Folder of the keyrings that `signed_by` names [default: keyrings beside the manifest]
    #[arg(long, value_name = "DIR")]
    keyrings: Option<PathBuf>,
    /// Write nothing; print what would change and fail if anything would
    #[arg(long)]
    check: bool,
    /// Lock the archives as they were at this time (2026-11-21T02:34:56Z or 2026-11-21), from the snapshot archive
    #[arg(long, value_name = "TIME", value_parser = Snapshot::parse)]
    snapshot: Option<Snapshot>,
    /// Address of the snapshot archive
    #[arg(long, value_name = "URL", default_value = crate::addresses::SNAPSHOT_ARCHIVE)]
    snapshot_archive: String,
    /// Folder that keeps downloads by their SHA-256 [default: distroless below $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    network: Network,
}

/// A lock file before and after.
struct Change {
    path: PathBuf,
    /// The text of the file, where there is one.
    before: Option<String>,
    after: String,
    difference: Vec<String>,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        if self.lock.is_some() && self.manifests.len() > 1 {
            let cause = "it is one file for several manifests";
            return Err(Error::cannot("use flag", "--lock", cause)
                .hint("leave `--lock` out: each lock lies beside its manifest"));
        }
        let progress = Progress::new();
        let addresses = Addresses::of_this_machine(self.snapshot.as_ref(), &self.snapshot_archive);
        let fetcher = HttpFetcher::new(addresses, self.cache(), &progress, &self.network)?;
        let changes = self.manifests.iter();
        let changes: Vec<Change> = changes
            .map(|manifest| self.change(manifest, &fetcher, &progress))
            .collect::<Result<_>>()?;
        progress.summary();
        match self.check {
            true => check(&changes),
            false => write(&changes, &progress),
        }
    }

    fn cache(&self) -> Cache {
        match &self.cache {
            Some(folder) => Cache::at(folder.clone()),
            None => Cache::of_this_user(),
        }
    }

    /// Works out the lock of a manifest.
    fn change(
        &self,
        path: &Path,
        fetcher: &HttpFetcher<'_>,
        progress: &Progress,
    ) -> Result<Change> {
        let manifest = files::read_manifest(path)?;
        let lock_path = self
            .lock
            .clone()
            .unwrap_or_else(|| files::lock_beside(path));
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
        fetcher: &HttpFetcher<'_>,
        progress: &Progress,
    ) -> Result<Lock> {
        let beside = path.parent().unwrap_or(Path::new("")).join("keyrings");
        let keyrings = self.keyrings.clone().unwrap_or(beside);
        let latest = self.snapshot.is_none();
        let settings = Settings {
            distro: &files::distro(path)?,
            keyring: &|name| files::read_keyring(&keyrings, name),
            now: latest.then(Timestamp::now),
            previous: old.filter(|_| latest),
            unverified: &|suite, architecture, details| {
                progress.unverified(suite, architecture, details);
            },
        };
        debian_repo::update(manifest, fetcher, &settings)
    }
}

fn check(changes: &[Change]) -> Result<()> {
    let stale: Vec<&Change> = changes.iter().filter(|change| change.is_any()).collect();
    let mut out = std::io::stdout().lock();
    for change in &stale {
        writeln!(out, "{}", change.describe()).cannot("write", "standard output")?;
    }
    match stale.first() {
        None => Ok(()),
        Some(first) => {
            Err(
                Error::cannot("confirm", first.path.display(), "the archive has moved on")
                    .hint("run the same command without `--check`"),
            )
        }
    }
}

fn write(changes: &[Change], progress: &Progress) -> Result<()> {
    let mut outputs = Outputs::new();
    for change in changes.iter().filter(|change| change.is_any()) {
        outputs.add(&change.path, change.after.as_bytes())?;
    }
    outputs.commit()?;
    for change in changes {
        progress.line(&change.describe());
    }
    Ok(())
}

impl Change {
    fn is_any(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }

    fn describe(&self) -> String {
        let path = self.path.display();
        match (&self.before, self.is_any()) {
            (_, false) => format!("{path}: no change"),
            (None, _) => format!("{path}: new"),
            (Some(_), _) if self.difference.is_empty() => format!("{path}: other form"),
            _ => format!("{path}:\n  {}", self.difference.join("\n  ")),
        }
    }
}
