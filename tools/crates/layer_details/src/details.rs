use blob::{Digest, Error, Result, ResultExt};
use message::parse_json;
use serde::{Deserialize, Serialize};

use crate::limits::MAX_BYTES;

/// The version of the file form.
const VERSION: u64 = 1;

/// The details of a layer. The file form is compact JSON with sorted keys (`docs/tool_contract.md`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerDetails {
    /// Its shared libraries, sorted by path.
    pub libraries: Vec<Library>,
    /// The text of its file `etc/os-release`, or of `usr/lib/os-release` if the former is a link or missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_release: Option<String>,
    /// The packages that it was made from, in their order.
    pub packages: Vec<PackageDetails>,
}

/// A shared library of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// The exported symbols, sorted: `malloc@GLIBC_2.2.5`, or only a name.
    pub exports: Vec<String>,
    /// The path, without a leading slash.
    pub path: String,
    /// The SONAME.
    pub soname: String,
}

/// A package, from its control file and its documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageDetails {
    /// The Debian architecture, or `all`.
    pub architecture: String,
    /// The newest part of its changelog, cut at an entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<String>,
    /// The text of its copyright file (`usr/share/doc/NAME/copyright`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright: Option<String>,
    /// The package whose documentation it uses: its directory below `usr/share/doc`, or its copyright file, is a link to
    /// that of this package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents_of: Option<String>,
    /// The URL of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// The field `Maintainer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintainer: Option<String>,
    /// The name.
    pub name: String,
    /// The field `Section`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The SHA-256 of the `.deb` file.
    pub sha256: Digest,
    /// The size of the `.deb` file in bytes.
    pub size: u64,
    /// The source package: `glibc`.
    pub source: String,
    /// The version of the source package.
    pub source_version: String,
    /// The version.
    pub version: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<T> {
    details: T,
    version: u64,
}

impl LayerDetails {
    /// Parses the file form. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The file is larger than [`MAX_BYTES`], is not JSON of this form, or has another version. The message has the place.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self> {
        let fail = |cause: String| Error::cannot("read layer details", file, cause);
        if text.len() > MAX_BYTES {
            return Err(fail(format!("it is larger than {MAX_BYTES} bytes")));
        }
        let document: Document<Self> = parse_json(text).map_err(fail)?;
        if document.version == VERSION {
            Ok(document.details)
        } else {
            let found = document.version;
            Err(fail(format!(
                "at `version`: expected {VERSION}, found {found}"
            )))
        }
    }

    /// The file form. The fields of its types are in the order of their names.
    ///
    /// # Errors
    ///
    /// Only those of the JSON writer.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let document = Document {
            details: self,
            version: VERSION,
        };
        serde_json::to_vec(&document).cannot("write", "layer details")
    }
}
