//! One paragraph of a `Packages` index.

use std::str::FromStr;

use blob::{Error, Result, ResultExt};
use deb::{Architecture, PackageName, Paragraph, Version};

use crate::archive::checksum::{Checksum, Listed};
use crate::archive::release::is_yes;
use crate::relation::{parse_alternatives, parse_provides, parse_relations};
use crate::relation::{Alternative, Provided, Relation};
use message::shorten;

/// The largest size of a package file. No Debian package comes near it; a larger size is a mistake or an attack.
const MAX_SIZE: u64 = 16 << 30;

/// The fields from which [`Package::read`] reads relations.
const RELATIONS: [&str; 6] = [
    "Pre-Depends",
    "Depends",
    "Conflicts",
    "Breaks",
    "Replaces",
    "Provides",
];

/// An error in a paragraph, and the field that causes it.
pub(crate) struct Malformed {
    pub(crate) field: &'static str,
    pub(crate) error: Error,
}

/// An entry of an index: the facts about a package file.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// `Package`.
    pub name: PackageName,
    /// `Version`.
    pub version: Version,
    /// `Architecture`: a Debian architecture or `all`.
    pub architecture: Architecture,
    /// The source package. Without a `Source` field, it is the package name.
    pub source: String,
    /// The version of the source package. If `Source` has no version, it is the version of the package.
    pub source_version: String,
    /// Path, size and checksums of the file.
    pub file: PackageFile,
    /// `Pre-Depends` and `Depends`, in this order.
    pub depends: Vec<Relation>,
    /// `Conflicts` (Policy 7.4): packages that cannot be installed together with this one.
    pub conflicts: Vec<Alternative>,
    /// `Breaks` (Policy 7.3): packages that cannot be configured together with this one. In an image, this is a
    /// conflict.
    pub breaks: Vec<Alternative>,
    /// `Replaces` (Policy 7.6): packages whose files it may overwrite. This alone is neither a conflict nor a
    /// dependency.
    pub replaces: Vec<Alternative>,
    /// `Provides` (Policy 7.5).
    pub provides: Vec<Provided>,
    /// `Multi-Arch`.
    pub multi_arch: MultiArch,
    /// `Essential: yes` (Policy 3.8).
    pub essential: bool,
    /// `Protected: yes`, or its older name `Important: yes`.
    pub protected: bool,
    /// `Priority` (Policy 2.5); `None` if the field is missing.
    pub priority: Option<Priority>,
}

/// The fields of an index that describe the file, as text. They are checked only when the package is chosen: like apt,
/// this crate does not reject an index because of a version that is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageFile {
    filename: Option<String>,
    size: Option<String>,
    sha256: Option<String>,
    sha512: Option<String>,
}

/// Which packages of other architectures a package can satisfy (the Multi-Arch specification).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiArch {
    /// Only packages of the same architecture.
    #[default]
    No,
    /// `same`: it can be installed for several architectures at once.
    Same,
    /// `foreign`: packages of every architecture.
    Foreign,
    /// `allowed`: packages of every architecture that depend on `name:any`.
    Allowed,
}

/// The importance of a package for an installation, in descending order (Policy 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// `required`
    Required,
    /// `important`
    Important,
    /// `standard`
    Standard,
    /// `optional`
    Optional,
    /// `extra`, and every value that Policy does not define.
    Extra,
}

impl Package {
    /// Parses a paragraph of an index.
    pub(crate) fn read(fields: &Paragraph<'_>) -> std::result::Result<Self, Malformed> {
        let fields = Fields(fields);
        let (name, version) = (fields.must("Package")?, fields.must("Version")?);
        let source = fields.may("Source")?;
        let (source, source_version) = source_of(source, name, version);
        let mut depends = Vec::new();
        for field in ["Pre-Depends", "Depends"] {
            depends.extend(fields.list(field, parse_relations)?);
        }
        let yes = |field| Ok(fields.may(field)?.is_some_and(is_yes));
        Ok(Self {
            name: fields.parse("Package", |text| harmless("package name", text))?,
            version: fields.parse("Version", |text| harmless("version", text))?,
            architecture: fields.parse("Architecture", |text| harmless("architecture", text))?,
            source,
            source_version,
            file: PackageFile {
                filename: fields.copy("Filename")?,
                size: fields.copy("Size")?,
                sha256: fields.copy("SHA256")?,
                sha512: fields.copy("SHA512")?,
            },
            depends,
            conflicts: fields.list("Conflicts", parse_alternatives)?,
            breaks: fields.list("Breaks", parse_alternatives)?,
            replaces: fields.list("Replaces", parse_alternatives)?,
            provides: fields.list("Provides", parse_provides)?,
            multi_arch: multi_arch(fields.may("Multi-Arch")?),
            essential: yes("Essential")?,
            protected: yes("Protected")? || yes("Important")?,
            priority: fields.may("Priority")?.map(priority),
        })
    }

    /// The largest number of relations and provided names in a paragraph, alternatives included: the number of parts
    /// between commas and bars. The caller needs it before they are parsed.
    pub(crate) fn relations(fields: &Paragraph<'_>) -> usize {
        let values = RELATIONS.iter().filter_map(|field| fields.get(field));
        values
            .map(|value| 1 + memchr::memchr2_iter(b',', b'|', value.as_bytes()).count())
            .sum()
    }
}

/// The fields of a paragraph. Errors name the field.
struct Fields<'a>(&'a Paragraph<'a>);

impl<'a> Fields<'a> {
    fn may(&self, field: &'static str) -> std::result::Result<Option<&'a str>, Malformed> {
        self.0
            .only(field)
            .map_err(|error| Malformed { field, error })
    }

    fn must(&self, field: &'static str) -> std::result::Result<&'a str, Malformed> {
        let value = self.0.require_only(field);
        value.map_err(|error| Malformed { field, error })
    }

    fn copy(&self, field: &'static str) -> std::result::Result<Option<String>, Malformed> {
        Ok(self.may(field)?.map(str::to_owned))
    }

    /// Parses a required field.
    fn parse<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T>,
    ) -> std::result::Result<T, Malformed> {
        let error = |error: Error| Malformed {
            field,
            error: error.within("read field", field),
        };
        parse(self.must(field)?).map_err(error)
    }

    /// Parses a list, which may be missing.
    fn list<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<Vec<T>>,
    ) -> std::result::Result<Vec<T>, Malformed> {
        let error = |error: Error| Malformed {
            field,
            error: error.within("read field", field),
        };
        parse(self.may(field)?.unwrap_or_default()).map_err(error)
    }
}

impl PackageFile {
    /// Returns the path below the repository's root, and size and checksum of the file. Fails if one of them is
    /// malformed or the path leaves the root.
    pub(crate) fn judge(&self) -> std::result::Result<(String, Listed), Malformed> {
        let filename = required(&self.filename, "Filename", check_filename)?;
        let size = required(&self.size, "Size", check_size)?;
        let checksum = match (&self.sha256, &self.sha512) {
            (None, Some(_)) => required(&self.sha512, "SHA512", Checksum::sha512)?,
            (None, None) => {
                let cause = "it is missing, and so is `SHA512`; weaker digests are not accepted";
                return Err(Malformed {
                    field: "SHA256",
                    error: Error::cannot("read field", "SHA256", cause),
                });
            }
            _ => required(&self.sha256, "SHA256", Checksum::sha256)?,
        };
        Ok((filename, Listed { size, checksum }))
    }

    /// Whether this is certainly another file.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        let differ = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => Some(!one.eq_ignore_ascii_case(other)),
            _ => None,
        };
        let sha256 = differ(&self.sha256, &other.sha256);
        let digests = sha256.or_else(|| differ(&self.sha512, &other.sha512));
        digests.unwrap_or(false) || differ(&self.size, &other.size).unwrap_or(false)
    }

    /// The digest in the form that messages show.
    pub(crate) fn digest(&self) -> String {
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
) -> std::result::Result<T, Malformed> {
    let value = value.as_deref().filter(|value| !value.is_empty());
    let read = match value {
        Some(value) => parse(value),
        None => Err(Error::cannot("read value", "", "it is missing")),
    };
    read.map_err(|error| Malformed {
        field,
        error: match value {
            Some(_) => error.within("read field", field),
            None => Error::cannot("read field", field, "it is missing"),
        },
    })
}

/// Parses a value. If it is malformed, the message contains only a part that is short and printable.
fn harmless<T: FromStr<Err = Error>>(what: &str, text: &str) -> Result<T> {
    text.parse()
        .map_err(|error: Error| match shorten(text) == text {
            true => error,
            false => Error::cannot(format!("read {what}"), shorten(text), "it is malformed"),
        })
}

/// Parses the value as apt does: an unknown word means `no`.
fn multi_arch(value: Option<&str>) -> MultiArch {
    match value.unwrap_or_default().to_ascii_lowercase().as_str() {
        "same" => MultiArch::Same,
        "foreign" => MultiArch::Foreign,
        "allowed" => MultiArch::Allowed,
        _ => MultiArch::No,
    }
}

fn priority(value: &str) -> Priority {
    match value {
        "required" => Priority::Required,
        "important" => Priority::Important,
        "standard" => Priority::Standard,
        "optional" => Priority::Optional,
        _ => Priority::Extra,
    }
}

/// Parses `Source: NAME` or `Source: NAME (VERSION)`.
fn source_of(field: Option<&str>, name: &str, version: &str) -> (String, String) {
    let field = field.unwrap_or(name);
    match field.split_once('(') {
        Some((source, rest)) => {
            let version = rest.trim_end().trim_end_matches(')');
            (source.trim().to_owned(), version.trim().to_owned())
        }
        None => (field.trim().to_owned(), version.to_owned()),
    }
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

/// Checks a path: it stays below the repository's root. It is a path and not a part of a URL, as for apt: `%3a` in it is
/// part of the file name. Leading slashes, `./` and double slashes are removed, because they have no meaning: Nexus writes
/// `/pool/…`, `dpkg-scanpackages ./` writes `./…`.
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
            "expected a path below the archive's root",
        ));
    }
    Ok(parts.join("/"))
}
