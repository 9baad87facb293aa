//! `debian_lock chain`: downloads the files of repositories that prove a lock, for `chain_verifier`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apt_archive::{Fetch, FileRequest, FileResponse, Origin};
use blob::{AtomicFile, Blob, Digest, Error, Result, ResultExt};
use clap::Args;
use jiff::SignedDuration;
use lock::{ChainFile, Location, Lock, LockedSource, LockedSuite};
use lock_update::Manifest;
use transfer::Progress;

use super::options::RepositoryOptions;
use crate::files;
use crate::repository::RepositoryFetcher;
use crate::snapshot::Snapshot;

/// The maximum size of a Release in bytes, as in an update.
const MAX_RELEASE: u64 = 8 << 20;

/// Hours after the date of a Release at which the snapshot archive is asked for it: it saves a state of a repository
/// some hours after the repository was changed.
const HOURS: [i64; 6] = [0, 6, 12, 24, 72, 168];

/// The options of `chain`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Locks, DISTRO.lock.json; if DISTRO.yaml is next to a lock, it says where the suites are in a repository
    #[arg(required = true, value_name = "LOCK")]
    locks: Vec<PathBuf>,
    /// Directory to write DISTRO/SOURCE/… to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

/// One source of a lock, and the directory of its files.
struct Source<'a> {
    lock: &'a Lock,
    key: &'a str,
    suite: &'a LockedSuite,
    /// The directory of the Release below the root of the repository, with a `/` at its end.
    root: String,
    output: &'a Path,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let progress = Progress::on_standard_error();
        let mut failures = Vec::new();
        for path in &self.locks {
            let name = path.display().to_string();
            let text = files::read_text(path)?;
            let lock = Lock::parse(&name, &text)?;
            let roots = roots(path)?;
            note_packages_without_chain(&lock, &progress);
            for (key, source) in &lock.sources {
                let LockedSource::Suite(suite) = source else {
                    continue;
                };
                // The part after `@` is the date of a Release that `--only` kept.
                let suite_name = key.split('@').next().unwrap_or(key);
                let root = roots.get(suite_name).cloned();
                let source = Source {
                    lock: &lock,
                    key,
                    suite,
                    root: root.unwrap_or_else(|| format!("dists/{suite_name}/")),
                    output: &self.output,
                };
                match self.download(&source, &progress) {
                    Ok(line) => progress.line(&line),
                    Err(error) => failures.push(error.within("complete chain of", &name)),
                }
            }
        }
        progress.summary();
        let count = failures.len();
        match failures.into_iter().next() {
            None => Ok(()),
            Some(first) if count == 1 => Err(first),
            Some(first) => {
                let cause = format!("{count} sources are incomplete; the first: {first}");
                Err(Error::cannot(
                    "write chain to",
                    self.output.display(),
                    cause,
                ))
            }
        }
    }

    /// Downloads the files of a source that are missing in the directory.
    fn download(&self, source: &Source<'_>, progress: &Progress) -> Result<String> {
        let releases = source.lock.release_files(source.key)?;
        let indexes = source.lock.index_files(source.key)?;
        let missing = |file: &&ChainFile| !is_there(source.output, file);
        let wanted: Vec<&ChainFile> = releases.iter().chain(&indexes).filter(missing).collect();
        let name = format!("{}/{}", source.lock.distro, source.key);
        if wanted.is_empty() {
            return Ok(format!("{name}: complete"));
        }
        let mut left = wanted.clone();
        let mut answers = Vec::new();
        for snapshot in self.snapshots(source) {
            let fetcher = self.repositories.fetcher_at(snapshot.as_ref(), progress);
            let fetcher: RepositoryFetcher<'_> = match fetcher {
                Ok(fetcher) => fetcher,
                Err(error) => {
                    answers.push(error.to_string());
                    continue;
                }
            };
            left.retain(|file| match source.fetch(&fetcher, file) {
                Ok(bytes) => match write(source.output, file, &bytes) {
                    Ok(()) => false,
                    Err(error) => {
                        answers.push(error.to_string());
                        true
                    }
                },
                Err(error) => {
                    answers.push(error);
                    true
                }
            });
            if left.is_empty() {
                return Ok(format!("{name}: {} files", wanted.len()));
            }
        }
        let paths: Vec<&str> = left.iter().map(|file| file.path.as_str()).collect();
        let cause = answers.first().map_or("no URL is known", String::as_str);
        Err(Error::cannot("download", paths.join("`, `"), cause)
            .hint("name an archive that keeps old files with `--snapshot-archive`"))
    }

    /// The states of the repository to ask: that of today, then those of the snapshot archive after the Release's date.
    fn snapshots(&self, source: &Source<'_>) -> Vec<Option<Snapshot>> {
        let given = self.repositories.snapshot().cloned();
        if given.is_some() || matches!(source.suite.origin, Origin::Url(_)) {
            return vec![given];
        }
        let later = HOURS.iter().map(|hours| {
            let time = source.suite.date + SignedDuration::from_hours(*hours);
            Some(Snapshot::at(time))
        });
        std::iter::once(None).chain(later).collect()
    }
}

impl Source<'_> {
    /// The content of a file, or the reason why this fetcher does not have it.
    fn fetch(&self, fetch: &dyn Fetch, file: &ChainFile) -> std::result::Result<Vec<u8>, String> {
        let (root, name) = (&self.root, &file.name);
        let mut paths = vec![format!("{root}{name}")];
        let expected = file.size.map(|size| Blob {
            digest: file.sha256,
            size,
        });
        if expected.is_some() {
            let directory = name.rfind('/').map_or("", |at| &name[..=at]);
            let hex = file.sha256.hex();
            paths.insert(0, format!("{root}{directory}by-hash/SHA256/{hex}"));
        }
        let answer = fetch.fetch(&FileRequest {
            origin: &self.suite.origin,
            paths: &paths,
            expected,
            limit: file.size.unwrap_or(MAX_RELEASE),
        });
        match answer {
            Ok(FileResponse::Bytes(bytes)) if Digest::of(&bytes) == file.sha256 => Ok(bytes),
            Ok(FileResponse::Bytes(bytes)) => Err(format!(
                "{root}{name} has digest {}, the lock has {}",
                Digest::of(&bytes),
                file.sha256
            )),
            Ok(FileResponse::NotFound(answers)) => Err(answers.join("; ")),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The directories of Releases that the manifest next to a lock names, by the key of the source.
fn roots(lock: &Path) -> Result<BTreeMap<String, String>> {
    let name = lock.to_string_lossy();
    let Some(stem) = name.strip_suffix(".lock.json") else {
        return Ok(BTreeMap::new());
    };
    let path = PathBuf::from(format!("{stem}.yaml"));
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let manifest: Manifest = files::read_manifest(&path)?;
    let sources = manifest.sources.iter();
    Ok(sources
        .map(|source| (source.key().to_owned(), source.release_directory()))
        .collect())
}

/// Says which packages of a lock no signed Release proves.
fn note_packages_without_chain(lock: &Lock, progress: &Progress) {
    let files = lock.packages.iter().flat_map(|(name, files)| {
        let files = files.values().map(|package| &package.location);
        files.map(move |location| (name, location))
    });
    let mut names: Vec<&str> = files
        .filter(|(_, location)| match location {
            Location::Urls(_) => true,
            Location::Source { key, .. } => lock
                .sources
                .get(key)
                .and_then(LockedSource::suite)
                .is_none(),
        })
        .map(|(name, _)| name.as_str())
        .collect();
    names.dedup();
    if !names.is_empty() {
        progress.line(&format!(
            "{}: without a chain, because no signed repository has them: {}",
            lock.distro,
            names.join(", ")
        ));
    }
}

/// Whether the directory has the file with its digest.
fn is_there(output: &Path, file: &ChainFile) -> bool {
    let most = file.size.unwrap_or(MAX_RELEASE);
    let bytes = blob::read_regular(&output.join(&file.path), most);
    bytes.is_ok_and(|bytes| Digest::of(&bytes) == file.sha256)
}

fn write(output: &Path, file: &ChainFile, bytes: &[u8]) -> Result<()> {
    use std::io::Write;

    let path = output.join(&file.path);
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).cannot("create directory", directory.display())?;
    }
    let mut target = AtomicFile::create(&path)?;
    target.write_all(bytes).cannot("write", path.display())?;
    target.commit()
}
