//! The Release file: facts about a suite, and the size and checksum of each of its indexes.

use std::collections::BTreeMap;

use blob::{Error, Result};
use deb::Paragraph;
use jiff::Timestamp;
use message::shorten;

use crate::boolean::is_yes;
use crate::checksum::{Checksum, FileRecord};
use crate::time::release_date;

/// A parsed Release. Its signatures are not checked here, but in [`crate::SignedRelease`].
#[derive(Debug)]
pub struct Release {
    /// `Suite`, for example `oldstable-security`.
    pub suite: Option<String>,
    /// `Codename`, for example `bookworm-security`.
    pub codename: Option<String>,
    /// `Date`, or the time of the signature if there is no valid date ([`Release::undated`]).
    pub date: Timestamp,
    /// The reason why `date` is the time of the signature: the `Date` is malformed or missing.
    pub undated: Option<String>,
    /// `Valid-Until`.
    pub valid_until: Option<Timestamp>,
    /// A malformed `Valid-Until`, shortened.
    pub unread_valid_until: Option<String>,
    /// `Architectures`.
    pub architectures: Vec<String>,
    /// `Components`. Of a path (`updates/main`), the last part is a component too, as in apt.
    pub components: Vec<String>,
    /// Whether `by-hash` paths are served.
    pub by_hash: bool,
    /// apt's pin priority of its packages (apt_preferences(5)): 500; 100 with `NotAutomatic` and
    /// `ButAutomaticUpgrades`, as for backports; 1 with only `NotAutomatic`.
    pub priority: i16,
    /// Whether architecture-independent packages may be in separate indexes, `binary-all`.
    pub all_apart: bool,
    /// The files below the suite's directory.
    pub files: BTreeMap<String, FileRecord>,
}

impl Release {
    /// Parses the text of a Release. As in apt, only the first paragraph is used.
    ///
    /// # Errors
    ///
    /// Fails if the text is not valid control data, if it lists no SHA-256 or SHA-512 of its files, or if a field that
    /// is used is duplicate or malformed. As in apt, a missing or malformed `Date` is not an error. A malformed
    /// `Valid-Until` is not an error either: the caller decides.
    pub fn parse(text: &str) -> Result<Self> {
        let mut paragraphs = deb::index_paragraphs(text);
        let fields = paragraphs.next().transpose()?.unwrap_or_default();
        Self::from_fields(&fields)
    }

    fn from_fields(fields: &Paragraph<'_>) -> Result<Self> {
        let files = files(fields)?;
        let text = |name: &str| -> Result<Option<String>> {
            let value = fields.only(name)?.filter(|value| !value.is_empty());
            Ok(value.map(str::to_owned))
        };
        let yes = |name: &str| -> Result<bool> { Ok(fields.only(name)?.is_some_and(is_yes)) };
        let (date, undated) = date(fields.only("Date")?);
        let architectures = words(fields.only("Architectures")?);
        // Debian lists `all` and declares that its `Packages` indexes do not use it (wiki page on repository formats).
        let without = words(fields.only("No-Support-for-Architecture-all")?);
        let all = architectures.is_empty() || architectures.iter().any(|arch| arch == "all");
        let valid_until = fields.only("Valid-Until")?;
        let valid_until = valid_until.filter(|text| !text.is_empty());
        let read = valid_until.and_then(|text| release_date(text).ok());
        Ok(Self {
            suite: text("Suite")?,
            codename: text("Codename")?,
            date,
            undated,
            valid_until: read,
            unread_valid_until: valid_until.filter(|_| read.is_none()).map(shorten),
            by_hash: yes("Acquire-By-Hash")?,
            priority: match (yes("NotAutomatic")?, yes("ButAutomaticUpgrades")?) {
                (false, _) => 500,
                (true, true) => 100,
                (true, false) => 1,
            },
            all_apart: all && !without.iter().any(|target| target == "Packages"),
            components: components(fields.only("Components")?),
            architectures,
            files,
        })
    }

    /// Whether the Release belongs to the suite: a repository must not answer with another of its suites. As in apt,
    /// the Release of suite `stable` matches `stable/updates`, and a Release without a name matches every suite.
    pub fn is(&self, suite: &str) -> bool {
        let names = [&self.suite, &self.codename];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        // The name of `a/b/c` may be `a/b/c`, `a/b`, `a`, `b/c` or `c`.
        let mut meant = suite
            .match_indices('/')
            .flat_map(|(at, _)| [&suite[..at], &suite[at + 1..]]);
        names.is_empty() || names.contains(&suite) || meant.any(|part| names.contains(&part))
    }

    /// The codename or the suite in the Release.
    pub fn name(&self) -> &str {
        let name = self.codename.as_deref().or(self.suite.as_deref());
        name.unwrap_or("without a name")
    }
}

/// The `Date`, or the reason why it cannot be read.
fn date(field: Option<&str>) -> (Timestamp, Option<String>) {
    match field.filter(|text| !text.is_empty()) {
        None => (Timestamp::UNIX_EPOCH, Some("it has no `Date`".to_owned())),
        Some(text) => match release_date(text) {
            Ok(date) => (date, None),
            Err(_) => {
                let why = format!("its `Date` cannot be read: `{}`", shorten(text));
                (Timestamp::UNIX_EPOCH, Some(why))
            }
        },
    }
}

fn words(value: Option<&str>) -> Vec<String> {
    let words = value.unwrap_or_default().split_whitespace();
    words.map(str::to_owned).collect()
}

fn components(value: Option<&str>) -> Vec<String> {
    let mut components = words(value);
    let paths = components.iter().filter_map(|path| path.rsplit_once('/'));
    let last: Vec<String> = paths.map(|(_, last)| last.to_owned()).collect();
    components.extend(last);
    components
}

/// Size and checksum of each file: the SHA-256 if it is listed, or else the SHA-512.
fn files(fields: &Paragraph<'_>) -> Result<BTreeMap<String, FileRecord>> {
    let mut files = BTreeMap::new();
    let lists = [fields.only("SHA512")?, fields.only("SHA256")?];
    if lists.iter().all(Option::is_none) {
        let cause = "the Release has neither it nor `SHA512`, and weaker digests are not accepted";
        return Err(Error::cannot("use list", "SHA256", cause));
    }
    for (list, field) in lists.into_iter().zip(["SHA512", "SHA256"]) {
        files.extend(parse_list(list.unwrap_or_default(), field)?);
    }
    Ok(files)
}

fn parse_list(list: &str, field: &str) -> Result<BTreeMap<String, FileRecord>> {
    let mut files = BTreeMap::new();
    for line in list.lines().filter(|line| !line.trim().is_empty()) {
        let (path, parsed) = parse_file(line, field)?;
        let listed = match parsed {
            Ok(listed) => listed,
            Err(error) if is_read(path) => return Err(error),
            Err(_) => continue,
        };
        let before = files.insert(path.to_owned(), listed);
        if is_read(path) && before.is_some_and(|other| other != listed) {
            let line = shorten(line.trim());
            let cause = format!("it lists a file twice with different values: {line}");
            return Err(Error::cannot("use list", field, cause));
        }
    }
    Ok(files)
}

/// Whether the tools may read a file of a repository. Entries of other files may be malformed.
fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("Packages") || name.starts_with("Contents-")
}

/// The file of a line, and its size and digest.
fn parse_file<'a>(line: &'a str, field: &str) -> Result<(&'a str, Result<FileRecord>)> {
    let wrong = |cause: &str| {
        let error = Error::cannot("read line", shorten(line.trim()), cause);
        error.within("use list", field)
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let [digest, size, path] = words[..] else {
        return Err(wrong("expected a digest, a size and a path"));
    };
    let (checksum, kind) = match field {
        "SHA256" => (Checksum::sha256(digest), "expected a SHA-256 digest"),
        _ => (Checksum::sha512(digest), "expected a SHA-512 digest"),
    };
    let listed = match (checksum, size.parse()) {
        (Ok(checksum), Ok(size)) => Ok(FileRecord { size, checksum }),
        (Err(_), _) => Err(wrong(kind)),
        (_, Err(_)) => Err(wrong("expected a size in bytes")),
    };
    Ok((path, listed))
}
