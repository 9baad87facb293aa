use serde::{Deserialize, Serialize};

use crate::{Contact, Download, Entry, Licenses};

/// A runtime that is not a Debian package, such as the official archive of Node.js.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// The name: `nodejs`.
    pub name: String,
    /// The version: `24.11.1`. Empty if it is unknown.
    pub version: String,
    /// The package URL.
    pub purl: String,
    /// The organization that publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Contact>,
    /// The URL of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// The release archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<Download>,
    /// Its licenses.
    pub licenses: Licenses,
    /// Its files and links in the layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
}
