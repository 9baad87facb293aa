//! The file of a package: the fields of an index that describe it.

use blob::{Error, Result, ResultExt};
use message::shorten;

use crate::checksum::{Checksum, FileRecord};

/// The largest size of a package file. No Debian package comes near it; a larger size is a mistake or an attack.
const MAX_SIZE: u64 = 16 << 30;

/// An error in a paragraph, and the field that causes it.
#[derive(Debug)]
pub struct FieldError {
    /// The field; empty if the error is not about a field.
    pub field: &'static str,
    /// The error.
    pub error: Error,
}

/// The fields of an index that describe the file, as text. They are checked only when the package is chosen: like apt,
/// this crate does not reject an index because of a version that is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageFile {
    pub(crate) filename: Option<String>,
    pub(crate) size: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) sha512: Option<String>,
}

impl PackageFile {
    /// Returns the path below the repository's root, and size and checksum of the file.
    ///
    /// # Errors
    ///
    /// Fails if one of them is malformed or the path leaves the root.
    pub fn listed(&self) -> std::result::Result<(String, FileRecord), FieldError> {
        let filename = required(&self.filename, "Filename", check_filename)?;
        let size = required(&self.size, "Size", check_size)?;
        let checksum = match (&self.sha256, &self.sha512) {
            (None, Some(_)) => required(&self.sha512, "SHA512", Checksum::sha512)?,
            (None, None) => {
                let cause = "it is missing, and so is `SHA512`; weaker digests are not accepted";
                return Err(FieldError {
                    field: "SHA256",
                    error: Error::cannot("read field", "SHA256", cause),
                });
            }
            _ => required(&self.sha256, "SHA256", Checksum::sha256)?,
        };
        Ok((filename, FileRecord { size, checksum }))
    }

    /// Whether this is certainly another file.
    pub fn differs(&self, other: &Self) -> bool {
        let differ = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => Some(!one.eq_ignore_ascii_case(other)),
            _ => None,
        };
        let sha256 = differ(&self.sha256, &other.sha256);
        let digests = sha256.or_else(|| differ(&self.sha512, &other.sha512));
        digests.unwrap_or(false) || differ(&self.size, &other.size).unwrap_or(false)
    }

    /// The digest in the form that messages show.
    pub fn digest(&self) -> String {
        let digest = match (&self.sha256, &self.sha512) {
            (Some(digest), _) => format!("sha256:{}", digest.to_ascii_lowercase()),
            (None, Some(digest)) => format!("sha512:{}", digest.to_ascii_lowercase()),
            (None, None) => "no digest".to_owned(),
        };
        // The length of `sha512:` and its digits.
        digest
            .chars()
            .filter(|c| !c.is_control())
            .take(135)
            .collect()
    }
}

fn required<T>(
    value: &Option<String>,
    field: &'static str,
    parse: impl FnOnce(&str) -> Result<T>,
) -> std::result::Result<T, FieldError> {
    let value = value.as_deref().filter(|value| !value.is_empty());
    let read = match value {
        Some(value) => parse(value),
        None => Err(Error::cannot("read value", "", "it is missing")),
    };
    read.map_err(|error| FieldError {
        field,
        error: match value {
            Some(_) => error.within("read field", field),
            None => Error::cannot("read field", field, "it is missing"),
        },
    })
}

fn check_size(text: &str) -> Result<u64> {
    let size: u64 = text.parse().cannot("read size", shorten(text))?;
    if size == 0 || size > MAX_SIZE {
        return Err(Error::cannot(
            "use size",
            shorten(text),
            format!("expected 1 to {MAX_SIZE} bytes"),
        ));
    }
    Ok(size)
}

/// Checks a path: it stays below the repository's root. It is a path and not a part of a URL, as for apt: `%3a` in it
/// is part of the file name. Leading slashes, `./` and double slashes are removed, because they have no meaning: Nexus
/// writes `/pool/…`, `dpkg-scanpackages ./` writes `./…`.
fn check_filename(path: &str) -> Result<String> {
    let plain = |b: u8| (b.is_ascii_graphic() || b == b' ') && b != b'\\';
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<&str> = parts.collect();
    let good = |part: &&str| *part != ".." && part.bytes().all(plain);
    // Without this check, `http://host/…` would become a path.
    let scheme = path
        .split_once("//")
        .is_some_and(|(start, _)| start.ends_with(':'));
    if parts.is_empty() || path.ends_with('/') || scheme || !parts.iter().all(good) {
        return Err(Error::cannot(
            "use file name",
            shorten(path),
            "expected a path below the repository's root",
        ));
    }
    Ok(parts.join("/"))
}
