//! The layers that a definition adds. Each kind is a rule of `rules/layer.bzl` with the same attributes.

use serde::{Deserialize, Serialize};

use crate::map::Map;
use crate::values::Owner;

/// A layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Layer {
    /// A package of the lock, as the rule `deb_layer`.
    Package(PackageLayer),
    /// Files of a release archive, as `archive_layer`.
    Archive(ArchiveLayer),
    /// `/etc/passwd`, as `passwd`.
    Passwd(PasswdLayer),
    /// `/etc/group`, as `group`.
    Group(GroupLayer),
    /// Home directories, as `home`.
    Home(HomeLayer),
    /// `/usr/lib/os-release`, as `os_release`.
    OsRelease(OsReleaseLayer),
    /// The CA bundle, as `cacerts`.
    Cacerts {
        /// The options.
        cacerts: CertificatesLayer,
    },
    /// Certificates as a directory, as `ca_folder`.
    CaDirectory {
        /// The options.
        ca_directory: CertificatesLayer,
    },
    /// A key store, as `java_keystore`.
    JavaKeystore {
        /// The options.
        java_keystore: JavaKeystoreLayer,
    },
    /// BusyBox, as `busybox`.
    Busybox {
        /// The options.
        busybox: BusyboxLayer,
    },
    /// The cache of the loader, as `ld_so_cache`.
    LdSoCache {
        /// The options.
        ld_so_cache: LdSoCacheLayer,
    },
    /// One locale, as `locale`.
    Locale {
        /// The options.
        locale: LocaleLayer,
    },
    /// Files, directories and links, as `layer`.
    Entries(EntriesLayer),
}

/// Files, directories and links. At least one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EntriesLayer {
    /// Absolute path → file.
    pub files: Map<File>,
    /// Absolute path → directory.
    pub directories: Map<Directory>,
    /// Absolute path → symbolic link.
    pub symlinks: Map<Symlink>,
    /// Modification time of every entry, in seconds since 1970.
    pub mtime: u64,
    /// Text in the history of the image.
    pub created_by: Option<String>,
}

/// A file of the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The path of the file; not together with `content`.
    #[serde(default)]
    pub source: Option<String>,
    /// The text of the file.
    #[serde(default)]
    pub content: Option<String>,
    /// The mode, octal.
    #[serde(default = "file_mode")]
    pub mode: String,
    /// The owner.
    #[serde(default)]
    pub owner: Owner,
}

/// A directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// The mode, octal.
    #[serde(default = "directory_mode")]
    pub mode: String,
    /// The owner.
    #[serde(default)]
    pub owner: Owner,
}

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symlink {
    /// Its target, which is not changed.
    pub target: String,
    /// The mode, octal.
    #[serde(default = "symlink_mode")]
    pub mode: String,
    /// The owner.
    #[serde(default)]
    pub owner: Owner,
}

/// A package of the lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageLayer {
    /// The name of the package.
    pub package: String,
    /// The paths to keep; all if it is empty.
    #[serde(default)]
    pub include: Vec<String>,
    /// As the field of the same name of the definition, which is the default.
    #[serde(default)]
    pub merged_usr: Option<bool>,
}

/// Files of a release archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveLayer {
    /// The path of the archive.
    pub archive: String,
    /// Its expected SHA-256, in hexadecimal digits.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Absolute path in the image → path below the top-level directory of the archive.
    pub extract: Map<String>,
    /// Path below the top-level directory → expected SHA-256.
    #[serde(default)]
    pub file_sha256: Map<String>,
    /// The mode of all files, octal.
    #[serde(default = "file_mode")]
    pub mode: String,
    /// Modification time of all entries, in seconds since 1970.
    #[serde(default)]
    pub mtime: u64,
    /// Annotations of the layer's descriptor.
    #[serde(default)]
    pub annotations: Map<String>,
    /// Text in the history of the image.
    #[serde(default)]
    pub created_by: Option<String>,
    /// Approximate size in bytes, for merging layers.
    #[serde(default = "archive_size")]
    pub size: u64,
}

/// `/etc/passwd`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswdLayer {
    /// The lines.
    pub passwd: Vec<String>,
}

/// `/etc/group`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupLayer {
    /// The lines.
    pub group: Vec<String>,
}

/// Home directories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeLayer {
    /// Absolute path → directory.
    pub home: Map<Directory>,
}

/// `/usr/lib/os-release`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OsReleaseLayer {
    /// Keys and values, in the order of the file.
    pub os_release: Map<String>,
}

/// The certificates of the package ca-certificates of the lock, and further ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificatesLayer {
    /// Files with further certificates.
    #[serde(default)]
    pub extra: Vec<String>,
    /// The mode of each file, octal.
    #[serde(default = "file_mode")]
    pub mode: String,
}

/// The same certificates as a key store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JavaKeystoreLayer {
    /// Files with further certificates.
    #[serde(default)]
    pub extra: Vec<String>,
    /// The mode of the file, octal.
    #[serde(default = "file_mode")]
    pub mode: String,
    /// `jks` or `pkcs12`.
    #[serde(default = "keystore_format")]
    pub format: String,
}

/// BusyBox of the package busybox-static of the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusyboxLayer {}

/// The cache of the loader for all packages of the image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LdSoCacheLayer {
    /// Packages of the lock that are in the base image, in the order of its layers.
    pub base_packages: Vec<String>,
}

/// One locale of the package libc-bin of the lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocaleLayer {
    /// The directory below `/usr/lib/locale`.
    #[serde(default = "charset")]
    pub charset: String,
    /// Modification time of every entry, in seconds since 1970; by default the times of the package.
    #[serde(default)]
    pub mtime: Option<u64>,
    /// Whether the layer has the files below `/var/lib/dpkg/status.d`.
    #[serde(default = "yes")]
    pub registered: bool,
}

fn file_mode() -> String {
    "0644".to_owned()
}

fn directory_mode() -> String {
    "0755".to_owned()
}

fn symlink_mode() -> String {
    "0777".to_owned()
}

fn archive_size() -> u64 {
    32 << 20
}

fn keystore_format() -> String {
    "jks".to_owned()
}

fn charset() -> String {
    "C.utf8".to_owned()
}

fn yes() -> bool {
    true
}
