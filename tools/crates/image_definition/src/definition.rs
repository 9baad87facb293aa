//! A definition as the other crates use it.

use serde::{Deserialize, Serialize};

use crate::layers::Layer;
use crate::map::Map;
use crate::values::{Base, Compression, Created, Layering};

/// The definition of an image. [`crate::read`] makes only complete and checked ones. Paths are relative to the directory
/// of the definition. `docs/reference/formats/image_definition.md` describes the fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The version of the format: 1.
    pub version: u64,
    /// The name of the image: by default that of the file, without its ending.
    #[serde(default)]
    pub name: String,
    /// OCI architecture names, in the order of the index. At least one.
    pub architectures: Vec<String>,
    /// The base image.
    #[serde(default)]
    pub base: Option<Base>,
    /// The name of the base image in annotations; by default that of a base in a registry.
    #[serde(default)]
    pub base_name: Option<String>,
    /// The sources of packages, instead of a manifest.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Single packages by URL.
    #[serde(default)]
    pub debs: Vec<SingleDeb>,
    /// The Debian architecture whose indexes list packages of architecture `all` for architectures without an index.
    #[serde(default)]
    pub architecture_all_from: Option<String>,
    /// A manifest of packages, instead of `sources`.
    #[serde(default)]
    pub manifest: Option<String>,
    /// The lock: by default the name of the file, without its ending, and `.lock.json`.
    #[serde(default)]
    pub lock: String,
    /// The packages, lowest layer first.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Whether the image also has the dependencies of `packages` that the lock has.
    #[serde(default)]
    pub dependencies: bool,
    /// Whether files of packages below `/bin`, `/sbin` and `/lib` move below `/usr`; by default as base-files of the
    /// lock has these directories.
    #[serde(default)]
    pub merged_usr: Option<bool>,
    /// Whether the image has the files that are derived from packages and users: by default if it has no base.
    #[serde(default)]
    pub standard_files: Option<bool>,
    /// Names and numbers of users.
    #[serde(default)]
    pub users: Map<u32>,
    /// Keys and values of `/usr/lib/os-release`.
    #[serde(default)]
    pub os_release: Map<String>,
    /// The layers on top of the packages.
    #[serde(default)]
    pub layers: Vec<Layer>,
    /// The program that the image runs, and its first arguments.
    #[serde(default)]
    pub entrypoint: Vec<String>,
    /// Default arguments.
    #[serde(default)]
    pub cmd: Vec<String>,
    /// Environment variables.
    #[serde(default)]
    pub env: Map<String>,
    /// The user, and optionally the group.
    #[serde(default)]
    pub user: Option<User>,
    /// The working directory.
    #[serde(default)]
    pub workdir: Option<String>,
    /// Labels of the configuration.
    #[serde(default)]
    pub labels: Map<String>,
    /// Annotations of the manifest.
    #[serde(default)]
    pub annotations: Map<String>,
    /// Annotations of the index.
    #[serde(default)]
    pub index_annotations: Map<String>,
    /// The time of creation.
    #[serde(default)]
    pub created: Option<Created>,
    /// The name under which the image is published.
    #[serde(default)]
    pub reference: Option<String>,
    /// Whether other tools build images on this one.
    #[serde(default)]
    pub is_base: bool,
    /// How the layers are merged.
    #[serde(default)]
    pub layering: Layering,
    /// The compression of the layers.
    #[serde(default)]
    pub compression: Compression,
    /// The checks that are skipped: `directories`, `entrypoint`, `user`.
    #[serde(default)]
    pub unchecked: Vec<String>,
    /// Test files of `image_test`.
    #[serde(default)]
    pub tests: Vec<String>,
}

/// The user of an image: a name or a number, and optionally a group. YAML may have a single number without quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TextOrNumber", into = "String")]
pub struct User(pub String);

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Number(u32),
    Text(String),
}

impl From<TextOrNumber> for User {
    fn from(value: TextOrNumber) -> Self {
        match value {
            TextOrNumber::Number(number) => Self(number.to_string()),
            TextOrNumber::Text(text) => Self(text),
        }
    }
}

impl From<User> for String {
    fn from(user: User) -> Self {
        user.0
    }
}

/// A source of packages, as in a manifest (`docs/reference/formats/manifest.md`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Suite and components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The name of a Debian archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// The URL of a repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A directory of packages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The key of the source in the lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The keyring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// Debian architectures that use the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archs: Option<Vec<String>>,
    /// Debian architectures for which the source may be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_lack: Option<Vec<String>>,
    /// Whether a Release after its `Valid-Until` is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_valid_until: Option<bool>,
    /// Whether a Release with a date in the future is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_date: Option<bool>,
    /// The suite or codename that the Release states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_name: Option<String>,
}

/// A single package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SingleDeb {
    /// Its URL.
    pub url: String,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
}
