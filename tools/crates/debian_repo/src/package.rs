//! One paragraph of a `Packages` index.

use blob::{Blob, Digest, Error, Result, ResultExt};
use deb::{Architecture, PackageName, Paragraph, Version};

use crate::message::shorten;
use crate::relation::{parse_relations, Relation};

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
            name: name.parse()?,
            version: version.parse()?,
            architecture: fields.require("Architecture")?.parse()?,
            source,
            source_version,
            filename: check_filename(fields.require("Filename")?)?,
            blob: Blob {
                digest: Digest::from_hex(fields.require("SHA256")?)?,
                size: check_size(fields.require("Size")?)?,
            },
            depends,
        })
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
