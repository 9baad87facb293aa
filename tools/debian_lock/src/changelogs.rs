//! Changelogs of packages: the files in the new package of each source package that changes.

use std::io::{BufReader, Read};
use std::path::Path;

use apt_archive::{Fetch, FileRequest, FileResponse};
use blob::{read_regular, Blob, Error, Result, ResultExt};
use deb::{ChangelogRange, Package};
use lock::{Location, Lock, LockedPackage, LockedSource};
use lock_report::{Changelog, DistroReport, Entry, SourceReport};
use tarball::Kind;

/// The largest package that is downloaded for its changelog.
const MAX_PACKAGE: u64 = 256 << 20;

/// The number of bytes of a changelog that are read, before and after decompression. The newest entries are first.
const MAX_FILE: u64 = 8 << 20;
const MAX_TEXT: u64 = 1 << 20;

/// The largest number of entries for a source package.
const MAX_ENTRIES: usize = 200;

/// The number of packages of a source package that are tried: the documents of some are a link to another package.
const MAX_TRIES: usize = 3;

/// The packages of a lock.
pub(crate) struct Packages<'a> {
    /// The lock.
    pub(crate) lock: &'a Lock,
    /// The directory of the lock, at which sources that are directories begin.
    pub(crate) directory: &'a Path,
    /// Downloads packages.
    pub(crate) fetch: &'a dyn Fetch,
}

/// Adds the changelog entries of each source package whose version changes. A changelog that cannot be read is noted in
/// the report: it must not prevent an update.
pub(crate) fn add_changelogs(report: &mut DistroReport, packages: &Packages<'_>) {
    for source in &mut report.sources {
        if let (Some(old), Some(new)) = (&source.old_version, &source.new_version) {
            if old != new {
                source.changelog = changelog(source, (old, new), packages);
            }
        }
    }
}

fn changelog(
    source: &SourceReport,
    (old, new): (&str, &str),
    packages: &Packages<'_>,
) -> Changelog {
    let mut cause = "no package has it".to_owned();
    for (name, file) in candidates(source, packages.lock)
        .into_iter()
        .take(MAX_TRIES)
    {
        match text(name, file, packages) {
            Ok(Some(text)) => return entries(&text, old, new),
            Ok(None) => {}
            Err(error) => cause = first_line(&error),
        }
    }
    Changelog::Unavailable { cause }
}

/// The new packages, the smallest one first.
fn candidates<'a>(source: &'a SourceReport, lock: &'a Lock) -> Vec<(&'a str, &'a LockedPackage)> {
    let mut candidates = Vec::new();
    for package in &source.packages {
        let Some(new) = &package.new else { continue };
        let files = lock.packages.get(&package.package);
        let mut files = files.into_iter().flat_map(|files| files.values());
        if let Some(file) = files.find(|file| file.sha256.hex() == new.sha256) {
            candidates.push((package.package.as_str(), file));
        }
    }
    candidates.sort_by_key(|(_, file)| file.size);
    candidates
}

/// The changelog in a package; `None` if it has none.
fn text(name: &str, file: &LockedPackage, packages: &Packages<'_>) -> Result<Option<String>> {
    let bytes = packages.read(file)?;
    let directory = format!("usr/share/doc/{name}/");
    let mut found: [Option<Vec<u8>>; 2] = [None, None];
    let package = Package::open(&bytes[..])?;
    package.read_data(&mut |entry, content| {
        let path = String::from_utf8_lossy(entry.path.as_bytes()).into_owned();
        let place = match path.strip_prefix(&directory) {
            Some("changelog.Debian.gz" | "changelog.Debian") => 0,
            // Of a package that exists only in Debian.
            Some("changelog.gz" | "changelog") => 1,
            _ => return Ok(()),
        };
        if matches!(entry.kind, Kind::File { .. }) {
            let mut bytes = Vec::new();
            let read = content.take(MAX_FILE).read_to_end(&mut bytes);
            read.cannot("read", &path)?;
            found[place] = Some(bytes);
        }
        Ok(())
    })?;
    let [debian, native] = found;
    let file = debian.or(native);
    file.map(|file| unpacked(&file)).transpose()
}

impl Packages<'_> {
    /// The bytes of a package.
    ///
    /// # Errors
    ///
    /// It is unavailable, too large, or has another SHA-256.
    fn read(&self, file: &LockedPackage) -> Result<Vec<u8>> {
        let (Location::Source { key, filename }, Some(size)) = (&file.location, file.size) else {
            let cause = "the package is locked by URL";
            return Err(Error::cannot("download", file.origin(), cause));
        };
        if size > MAX_PACKAGE {
            let cause = format!("it has {size} bytes, at most {MAX_PACKAGE} are read");
            return Err(Error::cannot("read", filename, cause));
        }
        let expected = Blob {
            digest: file.sha256,
            size,
        };
        match self.lock.sources.get(key) {
            Some(LockedSource::Suite(suite)) => {
                let response = self.fetch.fetch(&FileRequest {
                    origin: &suite.origin,
                    paths: std::slice::from_ref(filename),
                    expected: Some(expected),
                    limit: size,
                })?;
                match response {
                    FileResponse::Bytes(bytes) => Ok(bytes),
                    FileResponse::NotFound(reasons) => {
                        Err(Error::cannot("download", filename, reasons.join("; ")))
                    }
                }
            }
            Some(LockedSource::Directory(directory)) => {
                let path = self.directory.join(directory).join(filename);
                let bytes = read_regular(&path, size).cannot("read", path.display())?;
                if Blob::of(&bytes) == expected {
                    Ok(bytes)
                } else {
                    Err(Error::cannot("read", path.display(), "it was changed"))
                }
            }
            None => Err(Error::cannot("read", filename, "the lock lacks its source")),
        }
    }
}

/// The first text of a changelog. It may end within a character or an entry.
fn unpacked(file: &[u8]) -> Result<String> {
    let reader = deb::decompressed(BufReader::new(file), file.len() as u64);
    let mut text = Vec::new();
    let reader = reader.cannot("read", "changelog")?;
    let read = reader.take(MAX_TEXT).read_to_end(&mut text);
    read.cannot("read", "changelog")?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn entries(text: &str, old: &str, new: &str) -> Changelog {
    let (Ok(old), Ok(new)) = (old.parse(), new.parse()) else {
        let cause = "a version is malformed".to_owned();
        return Changelog::Unavailable { cause };
    };
    let range = ChangelogRange::between(text, &old, &new, MAX_ENTRIES);
    let entries = range.entries.into_iter().map(|entry| Entry {
        version: entry.version,
        target: entry.target,
        text: entry.text,
    });
    Changelog::Read {
        entries: entries.collect(),
        is_complete: range.is_complete,
    }
}

fn first_line(error: &Error) -> String {
    let text = message::redact_all(&error.to_string());
    text.lines().next().unwrap_or_default().to_owned()
}
