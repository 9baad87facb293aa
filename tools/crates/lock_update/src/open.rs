//! Opens a source: a Release that is signed, of the right suite and not out of date, or the packages of a directory.

use std::collections::BTreeSet;

use apt_archive::{Fetch, FileRequest, FileResponse, LocalDeb, Origin, SignedRelease, Suite};
use blob::{Error, Result};
use jiff::{SignedDuration, Timestamp};
use message::{nearest, shorten};

use crate::manifest::{Manifest, Source};
use crate::parallel::in_parallel;
use crate::settings::Settings;
use crate::signatures::CheckedSignatures;

/// The largest Release in bytes. Debian's largest has less than 300 kB.
const MAX_RELEASE: u64 = 8 << 20;

/// A source after its Release or its directory was read.
pub(crate) struct OpenedSource<'a> {
    pub(crate) source: &'a Source,
    /// The position in the manifest. Of equal candidates, the one with the lower rank is preferred.
    pub(crate) rank: usize,
    pub(crate) content: Content,
}

/// The content of a source.
pub(crate) enum Content {
    /// A suite or a flat repository.
    Signed {
        origin: Origin,
        signed: Box<SignedRelease>,
    },
    /// A directory of package files.
    Directory(Vec<LocalDeb>),
}

/// Opens all sources of a manifest. With `checked`, signatures that an earlier run checked are not checked again.
pub(crate) fn open_all<'a>(
    manifest: &'a Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    checked: Option<&CheckedSignatures<'_>>,
) -> Result<Vec<OpenedSource<'a>>> {
    // Checking signatures and waiting for distant mirrors both take time.
    let sources: Vec<(usize, &Source)> = manifest.sources.iter().enumerate().collect();
    in_parallel(&sources, |(rank, source)| {
        open(source, *rank, fetch, settings, checked)
    })
}

/// Opens a source.
fn open<'a>(
    source: &'a Source,
    rank: usize,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    checked: Option<&CheckedSignatures<'_>>,
) -> Result<OpenedSource<'a>> {
    let content = match (&source.folder, source.origin()) {
        (Some(path), _) => (settings.local_debs)(path).map(Content::Directory),
        (None, Some(origin)) => {
            signed(source, &origin, fetch, settings, checked).map(|signed| Content::Signed {
                origin,
                signed: Box::new(signed),
            })
        }
        (None, None) => Err(Error::cannot("find", "sources", "it has no URL")),
    };
    let content = content.map_err(|error| error.within("use source", source.key()))?;
    Ok(OpenedSource {
        source,
        rank,
        content,
    })
}

fn signed(
    source: &Source,
    origin: &Origin,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    checked: Option<&CheckedSignatures<'_>>,
) -> Result<SignedRelease> {
    let signed = read(source, origin, fetch, settings, checked)?;
    let release = &signed.release;
    if !source.is_flat() && !release.is(source.release_name()) {
        let name = shorten(release.name());
        let cause = format!("it belongs to suite {name}");
        let hint = format!("use that suite in `channel`, or set `release_name: {name}` in the source if the repository has this name for the suite");
        return Err(Error::cannot("use", "InRelease", cause).hint(hint));
    }
    check_not_in_future(source, release.date, settings)?;
    let now = settings.now.filter(|_| source.check_valid_until);
    if let (Some(_), Some(text)) = (now, &release.unread_valid_until) {
        let cause = format!("its `Valid-Until` cannot be read: `{text}`");
        return Err(Error::cannot("use", "InRelease", cause)
            .hint("set `check_valid_until: false` in the source"));
    }
    if let (Some(now), Some(end)) = (now, release.valid_until) {
        if end < now {
            let cause = format!("it was valid until {end}; the mirror is out of date");
            return Err(Error::cannot("use", "InRelease", cause).hint(
                "use another mirror, lock a snapshot with `--snapshot TIME`, or set `check_valid_until: false` in the source",
            ));
        }
    }
    check_components(source, &signed)?;
    Ok(signed)
}

/// How far the date of a Release may be in the future. A Release with a later date would make all others look outdated.
/// apt has the same limit (`Acquire::Max-FutureTime`, apt.conf(5)).
const MAX_FUTURE: SignedDuration = SignedDuration::from_secs(10);

fn check_not_in_future(source: &Source, date: Timestamp, settings: &Settings<'_>) -> Result<()> {
    let clock = settings.clock.filter(|_| source.check_date);
    match clock {
        Some(clock) if date.duration_since(clock) > MAX_FUTURE => {
            let cause = format!(
                "its date, {date}, is in the future: the clock of this machine says {clock:.0}"
            );
            let hint =
                "correct the clock, use another mirror, or set `check_date: false` in the source";
            Err(Error::cannot("use", "InRelease", cause).hint(hint))
        }
        _ => Ok(()),
    }
}

/// Reads `InRelease`, or `Release` with `Release.gpg` if the repository has no `InRelease`.
fn read(
    source: &Source,
    origin: &Origin,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    checked: Option<&CheckedSignatures<'_>>,
) -> Result<SignedRelease> {
    let keyring = (settings.keyring)(&source.signed_by)?;
    let root = source.release_directory();
    let get = |name: &str| {
        fetch.fetch(&FileRequest {
            origin,
            paths: &[format!("{root}{name}")],
            expected: None,
            limit: MAX_RELEASE,
        })
    };
    let nothing = match get("InRelease")? {
        FileResponse::Bytes(bytes) => {
            return match checked {
                Some(checked) => checked.open(&bytes, &keyring, fetch),
                None => SignedRelease::open(&bytes, &keyring.parse()?),
            }
        }
        FileResponse::NotFound(answers) => answers,
    };
    match (get("Release")?, get("Release.gpg")?) {
        (FileResponse::Bytes(text), FileResponse::Bytes(signature)) => {
            SignedRelease::open_detached(&text, &signature, &keyring.parse()?)
        }
        (FileResponse::Bytes(_), FileResponse::NotFound(answers)) => {
            let cause = format!("it is not signed: {}", answers.join("; "));
            Err(Error::cannot("verify", "Release", cause))
        }
        _ => {
            let path = format!("{root}InRelease");
            Err(Error::cannot("download", path, nothing.join("; ")))
        }
    }
}

/// Checks that the suite has each component for at least one architecture. A component that it has for none is a
/// mistake in the manifest.
fn check_components(source: &Source, signed: &SignedRelease) -> Result<()> {
    let files = signed.release.files.keys();
    let indexes = files.filter_map(|path| path.split_once("/binary-"));
    let listed = indexes.map(|(component, _)| component);
    let named = signed.release.components.iter().map(String::as_str);
    let known: BTreeSet<&str> = listed.chain(named).collect();
    match source.components().find(|c| !known.contains(c)) {
        None => Ok(()),
        Some(component) => {
            let known: Vec<&str> = known.into_iter().collect();
            let cause = format!("the signed Release lists only {}", known.join(", "));
            let error = Error::cannot("find component", component, cause);
            Err(match nearest(component, known.into_iter()).first() {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error,
            })
        }
    }
}

impl OpenedSource<'_> {
    /// The location of the indexes; `None` for a directory.
    pub(crate) fn suite(&self) -> Option<Suite<'_>> {
        match &self.content {
            Content::Directory(_) => None,
            Content::Signed { origin, signed } => Some(Suite {
                origin,
                name: self.source.key(),
                root: self.source.release_directory(),
                release: &signed.release,
            }),
        }
    }
}
