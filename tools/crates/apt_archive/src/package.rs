//! One paragraph of a `Packages` index.

use std::str::FromStr;

use blob::{Error, Result};
use deb::{Architecture, PackageName, Paragraph, Version};
use message::shorten;

use crate::boolean::is_yes;
use crate::package_file::{FieldError, PackageFile};
use apt_types::{parse_alternatives, parse_provides, parse_relations};
use apt_types::{Alternative, ProvidedName, Relation};

/// The fields from which [`Package::read`] reads relations.
const RELATIONS: [&str; 6] = [
    "Pre-Depends",
    "Depends",
    "Conflicts",
    "Breaks",
    "Replaces",
    "Provides",
];

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
    pub provides: Vec<ProvidedName>,
    /// `Multi-Arch`.
    pub multi_arch: MultiArch,
    /// `Essential: yes` (Policy 3.8).
    pub essential: bool,
    /// `Protected: yes`, or its older name `Important: yes`.
    pub protected: bool,
    /// `Priority` (Policy 2.5); `None` if the field is missing.
    pub priority: Option<Priority>,
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
    ///
    /// # Errors
    ///
    /// Fails if a field that the resolver uses is missing, is duplicate or is malformed. The fields of the file are
    /// checked later, by [`PackageFile::listed`].
    pub fn read(fields: &Paragraph<'_>) -> std::result::Result<Self, FieldError> {
        let fields = Fields(fields);
        let (name, version) = (fields.must("Package")?, fields.must("Version")?);
        let source = fields.may("Source")?;
        let (source, source_version) = deb::source_of(source, name, version);
        let mut depends = Vec::new();
        for field in ["Pre-Depends", "Depends"] {
            depends.extend(fields.list(field, parse_relations)?);
        }
        let yes = |field| Ok(fields.may(field)?.is_some_and(is_yes));
        Ok(Self {
            name: fields.parse("Package", |text| parse_value("package name", text))?,
            version: fields.parse("Version", |text| parse_value("version", text))?,
            architecture: fields.parse("Architecture", |text| parse_value("architecture", text))?,
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
    pub fn relations(fields: &Paragraph<'_>) -> usize {
        let values = RELATIONS.iter().filter_map(|field| fields.get(field));
        values
            .map(|value| 1 + memchr::memchr2_iter(b',', b'|', value.as_bytes()).count())
            .sum()
    }
}

/// The fields of a paragraph. Errors name the field.
struct Fields<'a>(&'a Paragraph<'a>);

impl<'a> Fields<'a> {
    fn may(&self, field: &'static str) -> std::result::Result<Option<&'a str>, FieldError> {
        self.0
            .only(field)
            .map_err(|error| FieldError { field, error })
    }

    fn must(&self, field: &'static str) -> std::result::Result<&'a str, FieldError> {
        let value = self.0.require_only(field);
        value.map_err(|error| FieldError { field, error })
    }

    fn copy(&self, field: &'static str) -> std::result::Result<Option<String>, FieldError> {
        Ok(self.may(field)?.map(str::to_owned))
    }

    /// Parses a required field.
    fn parse<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T>,
    ) -> std::result::Result<T, FieldError> {
        let error = |error: Error| FieldError {
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
    ) -> std::result::Result<Vec<T>, FieldError> {
        let error = |error: Error| FieldError {
            field,
            error: error.within("read field", field),
        };
        parse(self.may(field)?.unwrap_or_default()).map_err(error)
    }
}

/// Parses a value. If it is malformed, the message contains only a part that is short and printable.
fn parse_value<T: FromStr<Err = Error>>(what: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: Error| {
        if shorten(text) == text {
            error
        } else {
            Error::cannot(format!("read {what}"), shorten(text), "it is malformed")
        }
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
