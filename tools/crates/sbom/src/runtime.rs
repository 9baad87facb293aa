use crate::{Contact, Download, File, Licenses};

/// A runtime that is not a Debian package, such as the official archive of Node.js.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The name: `nodejs`.
    pub name: String,
    /// The version: `24.11.1`. Empty if it is unknown.
    pub version: String,
    /// The package URL.
    pub purl: String,
    /// The organization that publishes it.
    pub supplier: Option<Contact>,
    /// The URL of the project.
    pub homepage: Option<String>,
    /// The release archive.
    pub download: Option<Download>,
    /// Its licenses.
    pub licenses: Licenses,
    /// Its files in the layer.
    pub files: Vec<File>,
}
