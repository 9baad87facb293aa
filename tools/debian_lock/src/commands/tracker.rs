//! `debian_lock tracker`: locks the part of Debian's security tracker that is about locked packages.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use apt_archive::Origin;
use blob::{
    open_regular, Blob, Digest, Error, HashingReader, Outputs, Result, ResultExt, Spool,
    SpoolReader, Spooled,
};
use clap::Args;
use jiff::Timestamp;
use lock::Lock;
use tracker::{codename, difference, Selection, Snapshot, MAX_SNAPSHOT};
use transfer::{Documents, Failure, Netrc, Progress};

use super::check::{check, Change};
use super::network::Network;
use crate::files;

/// The tracker's document.
const TRACKER: &str = "https://security-tracker.debian.org/tracker/data/json";

/// The options of `tracker`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Lock of packages, whose source packages are kept; may be given several times
    #[arg(long = "lock", required = true, value_name = "FILE")]
    locks: Vec<PathBuf>,
    /// Lock of the tracker to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// URL of the tracker's document, in JSON
    #[arg(long, value_name = "URL", default_value = TRACKER, conflicts_with = "file")]
    url: String,
    /// The tracker's document as a file, instead of a URL
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Time of the document (2026-11-21T02:34:56Z) [default: what the server states]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    time: Option<Timestamp>,
    /// SHA-256 that the document must have
    #[arg(long, value_name = "HEX", value_parser = parse_digest)]
    sha256: Option<Digest>,
    /// Debian release to keep, by its codename; may be given several times [default: those of the locks' sources]
    #[arg(long = "release", value_name = "CODENAME")]
    releases: Vec<String>,
    /// Write nothing; print the changes, and fail if there are any
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    network: Network,
}

/// A document that can be read several times.
struct Document {
    /// The file or the URL, without a password.
    name: String,
    content: Content,
    /// The time that the server states.
    time: Option<Timestamp>,
}

enum Content {
    File(PathBuf),
    Download(SpoolReader, Spooled),
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let progress = Progress::on_standard_error();
        let selection = self.selection()?;
        let name = self.output.display().to_string();
        let before = files::read_if_there(&self.output)?;
        let old = before.as_deref().map(|text| Snapshot::parse(&name, text));
        let old = old.transpose()?;
        let target = files::target(&self.output)?;
        let document = self.document(&target, &progress)?;
        let snapshot = self.snapshot(&document, &selection, old.as_ref())?;
        for release in unused(&snapshot) {
            progress.line(&format!(
                "warning: the tracker has no record of release `{release}` for these packages"
            ));
        }
        let change = Change {
            path: self.output.clone(),
            before,
            after: snapshot.to_json()?,
            difference: old.map_or_else(Vec::new, |old| differences(&old, &snapshot)),
        };
        if self.check {
            return check(std::slice::from_ref(&change));
        }
        let mut outputs = Outputs::new();
        if change.differs() {
            outputs.add(&target, change.after.as_bytes())?;
        }
        outputs.commit()?;
        progress.line(&change.describe());
        progress.line(&counts(&snapshot));
        Ok(())
    }

    /// The source packages and releases of the locks.
    fn selection(&self) -> Result<Selection> {
        let mut selection = Selection {
            sources: BTreeSet::new(),
            releases: self.releases.iter().cloned().collect(),
        };
        for path in &self.locks {
            let name = path.display().to_string();
            let text = files::read_text(path)?;
            let lock = Lock::parse(&name, &text)?;
            let packages = lock.packages.values().flat_map(|files| files.values());
            let sources = packages.map(|package| package.source.clone());
            selection.sources.extend(sources);
            if self.releases.is_empty() {
                selection.releases.extend(releases(&lock));
            }
        }
        if selection.releases.is_empty() {
            let cause = "the locks have no source of a Debian release";
            return Err(Error::cannot("lock tracker", self.output.display(), cause)
                .hint("name the release: `--release bookworm`"));
        }
        Ok(selection)
    }

    fn document(&self, target: &Path, progress: &Progress) -> Result<Document> {
        let document = match &self.file {
            Some(path) => Document {
                name: path.display().to_string(),
                content: Content::File(path.clone()),
                time: None,
            },
            None => self.download(target, progress)?,
        };
        if let Some(expected) = self.sha256 {
            let found = document.blob()?.digest;
            if found != expected {
                let cause = format!("expected {expected}, found {found}");
                return Err(Error::cannot("use document", document.name, cause));
            }
        }
        Ok(document)
    }

    /// Stores the document in an unnamed file next to the output.
    fn download(&self, target: &Path, progress: &Progress) -> Result<Document> {
        let name = message::redact(&self.url);
        let options = self.network.options();
        if options.offline {
            let cause = "`--offline` forbids network access";
            return Err(Error::cannot("download", name, cause)
                .hint("give a document that was downloaded before: `--file FILE`"));
        }
        let documents = Documents::new(&options, Netrc::of_this_user()?, progress);
        let store = |reader: &mut dyn Read| {
            let mut spool = Spool::next_to(target).map_err(io::Error::other)?;
            let piece = spool.keep(reader)?;
            Ok((spool.finish()?, piece))
        };
        let got = documents.get(&self.url, MAX_SNAPSHOT, store);
        let ((spool, piece), times) = got.map_err(|failure| unavailable(&name, &failure))?;
        progress.summary();
        Ok(Document {
            name,
            content: Content::Download(spool, piece),
            time: times.modified.or(times.date),
        })
    }

    /// Reads the document.
    fn snapshot(
        &self,
        document: &Document,
        selection: &Selection,
        old: Option<&Snapshot>,
    ) -> Result<Snapshot> {
        let stated = self.time.or(document.time);
        let known = stated.or(old.map(|old| old.time));
        let Some(time) = known else {
            return Err(without_time(document));
        };
        let reader = document.reader()?;
        let mut snapshot = Snapshot::read(&document.name, reader, time, selection)?;
        match old {
            // The same document keeps its time, so that the same command changes nothing.
            Some(old) if old.document == snapshot.document && self.time.is_none() => {
                snapshot.time = old.time;
            }
            _ if stated.is_none() => return Err(without_time(document)),
            Some(old) if snapshot.time < old.time => {
                let cause = format!(
                    "its time is {}, and the lock has a document of {}",
                    snapshot.time, old.time
                );
                return Err(Error::cannot("use document", &document.name, cause)
                    .hint("to go back to an older document, delete the lock first"));
            }
            _ => {}
        }
        if snapshot.sources.values().all(|issues| issues.is_empty()) {
            let count = snapshot.sources.len();
            let cause =
                format!("it has no issue of the {count} source packages that the locks name");
            return Err(Error::cannot("use document", &document.name, cause));
        }
        Ok(snapshot)
    }
}

/// The codenames of Debian's suites in a lock. Sources in other repositories have no release of Debian.
fn releases(lock: &Lock) -> BTreeSet<String> {
    let sources = lock.sources.iter();
    let of_debian = sources.filter(|(_, source)| {
        let suite = source.suite();
        suite.is_some_and(|suite| matches!(suite.origin, Origin::Archive(_)))
    });
    let names = of_debian.map(|(name, _)| codename(name).to_owned());
    names.collect()
}

impl Document {
    fn reader(&self) -> Result<Box<dyn Read + '_>> {
        Ok(match &self.content {
            Content::File(path) => Box::new(open_regular(path).cannot("read", path.display())?),
            Content::Download(spool, piece) => Box::new(spool.reader(*piece)),
        })
    }

    /// Digest and size of the document, which must not be larger than the tracker's may be.
    fn blob(&self) -> Result<Blob> {
        let reader = HashingReader::new(self.reader()?.take(MAX_SNAPSHOT + 1));
        reader.finish().cannot("read", &self.name)
    }
}

fn unavailable(name: &str, failure: &Failure) -> Error {
    let error = Error::cannot("download", name, failure.cause());
    match failure.hint() {
        Some(hint) => error.hint(hint),
        None => {
            error.hint("download it in another way, and give it with `--file FILE --time TIME`")
        }
    }
}

fn without_time(document: &Document) -> Error {
    let cause = "its time is unknown";
    Error::cannot("use document", &document.name, cause)
        .hint("give the time at which it was downloaded: `--time 2026-11-21T02:34:56Z`")
}

/// The selected releases of which no issue has a record: their names may be misspelled.
fn unused(snapshot: &Snapshot) -> Vec<&String> {
    let issues = snapshot.sources.values().flat_map(|issues| issues.values());
    let used: BTreeSet<&String> = issues.flat_map(|issue| issue.releases.keys()).collect();
    let releases = snapshot.releases.iter();
    releases.filter(|release| !used.contains(release)).collect()
}

fn differences(old: &Snapshot, new: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    if old.document != new.document || old.time != new.time {
        lines.push(format!("document: {} → {}", old.time, new.time));
    }
    // The tracker's words may have any text.
    lines.extend(
        difference(old, new)
            .iter()
            .map(|line| message::escape(line)),
    );
    lines
}

/// For example: `2026-11-21T02:34:56Z of bookworm: source packages: 54, issues: 812`.
fn counts(snapshot: &Snapshot) -> String {
    let issues: usize = snapshot.sources.values().map(|issues| issues.len()).sum();
    let sources = snapshot.sources.len();
    let releases: Vec<&str> = snapshot.releases.iter().map(|name| &**name).collect();
    format!(
        "{} of {}: source packages: {sources}, issues: {issues}",
        snapshot.time,
        releases.join(", ")
    )
}

fn parse_time(text: &str) -> std::result::Result<Timestamp, String> {
    tracker::time(text).map_err(|_| "expected a time like 2026-11-21T02:34:56Z".to_owned())
}

fn parse_digest(text: &str) -> std::result::Result<Digest, String> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    Digest::from_hex(hex).map_err(|_| "expected 64 hexadecimal digits".to_owned())
}
