//! The links `signature` and `index`: from the keys to the text of an index.

use std::io::ErrorKind;
use std::path::PathBuf;

use apt_archive::{
    Fetch, FileRequest, FileResponse, IndexStatus, Keyring, Release, SignedRelease, Suite,
};
use blob::{read_regular, Blob, Digest, Result};
use lock::{ChainFile, LockedSuite};

use crate::locks::GivenLock;
use crate::report::{LinkKind, Report, Verdict};

/// The maximum size of a Release in bytes, as for `debian_lock`.
const MAX_RELEASE: u64 = 8 << 20;

/// The files and the keys that repositories are verified with.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// The directory that `debian_lock chain` wrote.
    pub(crate) directory: Option<PathBuf>,
    pub(crate) keyrings: Vec<Keyring>,
}

/// A source of a lock whose signature was verified.
#[derive(Debug)]
pub(crate) struct TrustedSource<'a> {
    evidence: &'a Evidence,
    given: &'a GivenLock,
    suite: &'a LockedSuite,
    key: &'a str,
    release: Release,
}

/// Verifies the signature of a source and adds the link. `None` if it does not hold.
pub(crate) fn open<'a>(
    evidence: &'a Evidence,
    given: &'a GivenLock,
    key: &'a str,
    suite: &'a LockedSuite,
    report: &mut Report,
) -> Option<TrustedSource<'a>> {
    let (release, verdict) = match signed(evidence, given, key) {
        Err(verdict) => (None, verdict),
        Ok(signed) => match facts(&signed, suite) {
            Ok(text) => (Some(signed.release), Verdict::Holds(text)),
            Err(cause) => (None, Verdict::Broken(cause)),
        },
    };
    report.add(LinkKind::Signature, subject(given, key), verdict);
    Some(TrustedSource {
        evidence,
        given,
        suite,
        key,
        release: release?,
    })
}

/// The name of a source in the table.
pub(crate) fn subject(given: &GivenLock, key: &str) -> String {
    format!("{}/{key}", given.lock.distro)
}

/// The Release, verified by one of the keyrings.
fn signed(
    evidence: &Evidence,
    given: &GivenLock,
    key: &str,
) -> std::result::Result<SignedRelease, Verdict> {
    let files = given.lock.release_files(key);
    let files = files.map_err(|error| Verdict::Broken(error.to_string()))?;
    let mut contents = Vec::new();
    for file in &files {
        let bytes = evidence.read(file, MAX_RELEASE)?;
        let found = Digest::of(&bytes);
        if found != file.sha256 {
            let cause = format!(
                "{} has digest {found}, the lock has {}",
                file.path, file.sha256
            );
            return Err(Verdict::Broken(cause));
        }
        contents.push(bytes);
    }
    if evidence.keyrings.is_empty() {
        return Err(Verdict::Unknown("no keyring is given".to_owned()));
    }
    let mut causes = Vec::new();
    for keyring in &evidence.keyrings {
        let opened = match &contents[..] {
            [release, signature] => SignedRelease::open_detached(release, signature, keyring),
            [release] => SignedRelease::open(release, keyring),
            _ => return Err(Verdict::Unknown("the source has no Release".to_owned())),
        };
        match opened {
            Ok(signed) => return Ok(signed),
            Err(error) => causes.push(error.to_string()),
        }
    }
    Err(Verdict::Broken(causes.join("; ")))
}

/// Compares a signed Release with the facts of the lock.
fn facts(signed: &SignedRelease, suite: &LockedSuite) -> std::result::Result<String, String> {
    let release = &signed.release;
    if release.date != suite.date {
        return Err(format!(
            "its date is {}, the lock has {}",
            release.date, suite.date
        ));
    }
    if release.valid_until != suite.valid_until {
        let text = |time: Option<jiff::Timestamp>| {
            time.map_or_else(|| "none".to_owned(), |time| time.to_string())
        };
        let (own, locked) = (text(release.valid_until), text(suite.valid_until));
        return Err(format!("its `Valid-Until` is {own}, the lock has {locked}"));
    }
    if let Some(end) = release.valid_until.filter(|end| *end < release.date) {
        return Err(format!(
            "it had expired on {end}, before its date {}",
            release.date
        ));
    }
    // The keyrings may have fewer keys than those of the lock's time.
    let unknown = signed
        .signed_by
        .iter()
        .find(|key| !suite.signed_by.contains(key));
    if let Some(key) = unknown {
        return Err(format!("key {key} signed it, which the lock does not have"));
    }
    Ok(format!(
        "signed by {} on {}",
        signed.signed_by.join(", "),
        release.date
    ))
}

impl Evidence {
    /// A file of the chain; `Unknown` if it is missing.
    fn read(&self, file: &ChainFile, most: u64) -> std::result::Result<Vec<u8>, Verdict> {
        let Some(directory) = &self.directory else {
            return Err(Verdict::Unknown("no chain is given".to_owned()));
        };
        let path = &file.path;
        match read_regular(&directory.join(path), most) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Verdict::Unknown(format!("the chain does not have {path}")))
            }
            Err(error) => Err(Verdict::Broken(format!("{path} cannot be read: {error}"))),
        }
    }
}

impl TrustedSource<'_> {
    /// The paths of the indexes that the lock names.
    pub(crate) fn index_paths(&self) -> impl Iterator<Item = &str> {
        self.suite.indexes.keys().map(String::as_str)
    }

    /// The verified text of an index. Adds the link. `None` if it does not hold.
    pub(crate) fn index(&self, path: &str, report: &mut Report) -> Option<String> {
        let (text, verdict) = match self.verified(path) {
            Ok((text, blob)) => {
                let facts = format!("{} bytes with {}", blob.size, blob.digest);
                (Some(text), Verdict::Holds(facts))
            }
            Err(verdict) => (None, verdict),
        };
        let subject = format!("{} {path}", subject(self.given, self.key));
        report.add(LinkKind::Index, subject, verdict);
        text
    }

    fn verified(&self, path: &str) -> std::result::Result<(String, Blob), Verdict> {
        let broken = |cause: String| Verdict::Broken(cause);
        let locked = self.suite.indexes.get(path);
        let Some(locked) = locked else {
            return Err(broken("the lock does not have it".to_owned()));
        };
        let listed = self.release.files.get(path);
        let listed = listed.ok_or_else(|| broken("the signed Release does not list it".into()))?;
        if let apt_archive::Checksum::Sha256(digest) = listed.checksum {
            if digest != locked.digest || listed.size != locked.size {
                return Err(broken(format!(
                    "the signed Release lists {} bytes with {digest}, the lock has {} bytes with {}",
                    listed.size, locked.size, locked.digest
                )));
            }
        }
        let files = self.given.lock.index_files(self.key);
        let files = files.map_err(|error| broken(error.to_string()))?;
        let file = files.iter().find(|file| file.name == path);
        let file = file.ok_or_else(|| broken("the lock does not have it".to_owned()))?;
        let bytes = self.evidence.read(file, locked.size)?;
        let found = Blob::of(&bytes);
        if found != *locked {
            return Err(broken(format!(
                "{} has {} bytes with {}, the lock has {} bytes with {}",
                file.path, found.size, found.digest, locked.size, locked.digest
            )));
        }
        self.text(path, bytes).map(|text| (text, found))
    }

    /// The text of an index, by the code that the lock was made with.
    fn text(&self, path: &str, bytes: Vec<u8>) -> std::result::Result<String, Verdict> {
        let suite = Suite {
            origin: &self.suite.origin,
            name: self.key,
            root: String::new(),
            release: &self.release,
        };
        let directory = path.rfind('/').map_or("", |at| &path[..=at]);
        let one = OneFile { path, bytes };
        match suite.index(&one, directory) {
            Ok(IndexStatus::Verified(index)) => Ok(index.text),
            Ok(IndexStatus::Unlisted { reason }) => Err(Verdict::Broken(reason)),
            Ok(IndexStatus::Unverified { reason, details }) => {
                Err(Verdict::Broken(format!("{reason}: {}", details.join("; "))))
            }
            Err(error) => Err(Verdict::Broken(error.to_string())),
        }
    }
}

/// A repository that has one file.
struct OneFile<'a> {
    path: &'a str,
    bytes: Vec<u8>,
}

impl Fetch for OneFile<'_> {
    fn fetch(&self, request: &FileRequest<'_>) -> Result<FileResponse> {
        if request.paths.iter().any(|path| path == self.path) {
            return Ok(FileResponse::Bytes(self.bytes.clone()));
        }
        Ok(FileResponse::NotFound(vec![
            "it is not in the chain".to_owned()
        ]))
    }
}
