//! The options of the commands that read repositories.

use std::path::{Path, PathBuf};

use apt_archive::{Fetch, KeyringFile, LocalDeb};
use blob::Result;
use clap::Args;
use jiff::Timestamp;
use lock::Lock;
use lock_update::{Manifest, Settings};
use transfer::{Cache, Progress};

use super::manifest_source::ManifestSource;
use super::network::Network;
use crate::files;
use crate::repository::RepositoryFetcher;
use crate::snapshot::{Snapshot, SNAPSHOT_ARCHIVE};
use crate::urls::RepositoryUrls;

/// The options of every command that queries repositories.
#[derive(Args, Clone, Debug)]
pub struct RepositoryOptions {
    /// Directory of the keyrings that `signed_by` names [default: `keyrings` next to the file that names them]
    #[arg(long, value_name = "DIR")]
    keyrings: Option<PathBuf>,
    /// Use the state of the repositories at this time (2026-11-21T02:34:56Z or 2026-11-21), from the snapshot archive
    #[arg(long, value_name = "TIME", value_parser = Snapshot::parse)]
    snapshot: Option<Snapshot>,
    /// URL of the snapshot archive
    #[arg(long, value_name = "URL", default_value = SNAPSHOT_ARCHIVE)]
    snapshot_archive: String,
    /// Directory of cached downloads, by their SHA-256 [default: distroless below $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    network: Network,
    /// Keyrings of the program, for names without a file in the directory of keyrings.
    #[arg(skip)]
    built_in: BuiltInKeyrings,
    /// Whether a repository without a mirror is used in the snapshot archive.
    #[arg(skip)]
    needs_no_mirror: bool,
}

/// Names of keyrings, and their public keys.
pub(super) type BuiltInKeyrings = &'static [(&'static str, &'static [u8])];

impl RepositoryOptions {
    /// The same options, with keyrings of the program: they are used if the directory of keyrings has no file of this name.
    #[must_use]
    pub fn with_keyrings(self, built_in: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { built_in, ..self }
    }

    /// The same options for machines without a mirror: repositories without one are used in the snapshot archive.
    #[must_use]
    pub fn without_mirrors(self) -> Self {
        Self {
            needs_no_mirror: true,
            ..self
        }
    }

    pub(super) fn fetcher<'a>(&self, progress: &'a Progress) -> Result<RepositoryFetcher<'a>> {
        self.fetcher_at(self.snapshot(), progress)
    }

    /// The requested time in the snapshot archive.
    pub(super) fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    /// A fetcher for another time in the snapshot archive, or for the repositories of today.
    pub(super) fn fetcher_at<'a>(
        &self,
        snapshot: Option<&Snapshot>,
        progress: &'a Progress,
    ) -> Result<RepositoryFetcher<'a>> {
        let mut urls = RepositoryUrls::of_this_machine(snapshot, &self.snapshot_archive);
        if self.needs_no_mirror {
            urls = urls.or_snapshot(&Snapshot::at(Timestamp::now()), &self.snapshot_archive);
        }
        let cache = cache(self.cache.as_deref());
        cache.check()?;
        RepositoryFetcher::new(urls, &self.network.options(), cache, progress)
    }

    /// For each manifest, calls `ask` to read its repositories, then `take` with the result. `verb` is used in messages
    /// about `ask`.
    pub(super) fn for_each<T>(
        &self,
        manifests: &[PathBuf],
        verb: &str,
        mut ask: impl FnMut(&Manifest, &dyn Fetch, &Settings<'_>) -> Result<T>,
        mut take: impl FnMut(&Path, T, &Progress) -> Result<()>,
    ) -> Result<()> {
        let progress = Progress::on_standard_error();
        let fetcher = self.fetcher(&progress)?;
        for path in manifests {
            let manifest = files::read_manifest(path)?;
            let source = ManifestSource::of_file(path, manifest)?;
            let asked = self.with_settings(&source, None, |settings| {
                ask(&source.manifest, &fetcher, settings)
            });
            let found = asked.map_err(|error| error.within(verb, path.display()))?;
            take(path, found, &progress)?;
        }
        progress.summary();
        Ok(())
    }

    /// Calls `run` with the settings for a manifest.
    pub(super) fn with_settings<T>(
        &self,
        source: &ManifestSource,
        previous: Option<&Lock>,
        run: impl FnOnce(&Settings<'_>) -> Result<T>,
    ) -> Result<T> {
        let directory = source.file.parent().unwrap_or(Path::new(""));
        let keyrings = self.keyrings.clone();
        let keyrings = keyrings.unwrap_or_else(|| directory.join("keyrings"));
        // A Release from a snapshot or from the cache may be out of date.
        let latest = self.snapshot.is_none() && !self.network.offline;
        let keyring = |name: &str| -> Result<KeyringFile> {
            files::read_keyring(&keyrings, self.built_in, name)
        };
        let debs =
            |name: &str| -> Result<Vec<LocalDeb>> { files::read_debs(&directory.join(name)) };
        run(&Settings {
            distro: &source.distro,
            keyring: &keyring,
            local_debs: &debs,
            clock: Some(Timestamp::now()),
            now: latest.then(Timestamp::now),
            previous: previous.filter(|_| latest),
            program: None,
            known: None,
        })
    }
}

/// The cache in the given directory, or that of this user.
pub(super) fn cache(directory: Option<&Path>) -> Cache {
    match directory {
        Some(directory) => Cache::at(directory.to_owned()),
        None => Cache::of_this_user(),
    }
}
