//! One paragraph of a `Packages` index.

use std::str::FromStr;

use blob::{Blob, Digest, Error, Result, ResultExt};
use deb::{Architecture, PackageName, Paragraph, Version};

use crate::relation::{parse_alternatives, parse_provides, parse_relations};
use crate::relation::{Alternative, Provided, Relation};
use message::shorten;

/// No Debian package comes near this size; a larger claim is a mistake or an attack.
const MAX_SIZE: u64 = 16 << 30;

/// What an index says of a package file.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// `Package`.
    pub name: PackageName,
    /// `Version`.
    pub version: Version,
    /// `Architecture`: a Debian architecture or `all`.
    pub architecture: Architecture,
    /// The source package; where `Source` is not given, the name.
    pub source: String,
    /// The version of the source package; where `Source` does not give it, the version.
    pub source_version: String,
    /// The path below the archive's root, checked to stay there.
    pub filename: String,
    /// Size and SHA-256 of the file.
    pub blob: Blob,
    /// `Pre-Depends` and `Depends`, in this order.
    pub depends: Vec<Relation>,
    /// `Conflicts` (Policy 7.4): what may not be installed beside it.
    pub conflicts: Vec<Alternative>,
    /// `Breaks` (Policy 7.3): what may not be configured beside it; in an image, the same as a conflict.
    pub breaks: Vec<Alternative>,
    /// `Replaces` (Policy 7.6): whose files it may overwrite. Alone it forbids nothing and asks for nothing.
    pub replaces: Vec<Alternative>,
    /// `Provides` (Policy 7.5).
    pub provides: Vec<Provided>,
    /// `Multi-Arch`.
    pub multi_arch: MultiArch,
    /// `Essential: yes` (Policy 3.8).
    pub essential: bool,
    /// `Protected: yes`, or `Important: yes` as it was called before.
    pub protected: bool,
    /// `Priority` (Policy 2.5); none where the field is missing.
    pub priority: Option<Priority>,
}

/// Whom a package serves besides its own architecture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiArch {
    /// Its own architecture's packages.
    #[default]
    No,
    /// `same`: it can be installed for several architectures at once.
    Same,
    /// `foreign`: packages of every architecture.
    Foreign,
    /// `allowed`: packages of every architecture that ask for it as `name:any`.
    Allowed,
}

/// How much an installation wants a package, the more the smaller (Policy 2.5).
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
    /// `extra`, and every word that Policy does not know.
    Extra,
}

impl Package {
    /// Reads a paragraph of an index.
    pub(crate) fn read(fields: &Paragraph<'_>) -> Result<Self> {
        let name = fields.require("Package")?;
        Self::read_named(name, fields).map_err(|error| error.within("read package", shorten(name)))
    }

    fn read_named(name: &str, fields: &Paragraph<'_>) -> Result<Self> {
        let version = fields.require("Version")?;
        let (source, source_version) = source(fields.get("Source"), name, version);
        let mut depends = Vec::new();
        for field in ["Pre-Depends", "Depends"] {
            depends.extend(parse_relations(fields.get(field).unwrap_or_default())?);
        }
        Ok(Self {
            name: harmless("package name", name)?,
            version: harmless("version", version)?,
            architecture: harmless("architecture", fields.require("Architecture")?)?,
            source,
            source_version,
            filename: check_filename(fields.require("Filename")?)?,
            blob: Blob {
                digest: Digest::from_hex(fields.require("SHA256")?)?,
                size: check_size(fields.require("Size")?)?,
            },
            depends,
            conflicts: parse_alternatives(fields.get("Conflicts").unwrap_or_default())?,
            breaks: parse_alternatives(fields.get("Breaks").unwrap_or_default())?,
            replaces: parse_alternatives(fields.get("Replaces").unwrap_or_default())?,
            provides: parse_provides(fields.get("Provides").unwrap_or_default())?,
            multi_arch: multi_arch(fields.get("Multi-Arch"))?,
            essential: fields.get("Essential") == Some("yes"),
            protected: ["Protected", "Important"]
                .map(|name| fields.get(name))
                .contains(&Some("yes")),
            priority: fields.get("Priority").map(priority),
        })
    }
}

/// Reads a value; where it is none, the message shows no more of it than does no harm.
fn harmless<T: FromStr<Err = Error>>(what: &str, text: &str) -> Result<T> {
    text.parse()
        .map_err(|error: Error| match shorten(text) == text {
            true => error,
            false => Error::cannot(format!("read {what}"), shorten(text), "it is malformed"),
        })
}

fn multi_arch(value: Option<&str>) -> Result<MultiArch> {
    match value {
        None | Some("no") => Ok(MultiArch::No),
        Some("same") => Ok(MultiArch::Same),
        Some("foreign") => Ok(MultiArch::Foreign),
        Some("allowed") => Ok(MultiArch::Allowed),
        Some(other) => Err(Error::cannot(
            "read field",
            "Multi-Arch",
            format!(
                "it is `{}`, expected no, same, foreign or allowed",
                shorten(other)
            ),
        )),
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

/// `Source: NAME` or `Source: NAME (VERSION)`.
fn source(field: Option<&str>, name: &str, version: &str) -> (String, String) {
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
    let size: u64 = text.parse().cannot("read size", text)?;
    if size == 0 || size > MAX_SIZE {
        return Err(Error::cannot(
            "use size",
            text,
            format!("expected 1 to {MAX_SIZE} bytes"),
        ));
    }
    Ok(size)
}

/// A path that stays below the archive's root and means in an address what it says.
fn check_filename(path: &str) -> Result<String> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"+-._~:=@,^".contains(&b);
    let good = path
        .split('/')
        .all(|part| !matches!(part, "" | "." | "..") && part.replace("%3a", "").bytes().all(plain));
    if !good {
        return Err(Error::cannot(
            "use file name",
            shorten(path),
            "expected a path below the archive's root",
        ));
    }
    Ok(path.to_owned())
}
