use blob::Digest;
use image_facts::{PackageId, SourcePackage};
use serde::{Deserialize, Serialize};

use crate::{Contact, Entry, Licenses};

/// A Debian package of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Name, version and Debian architecture.
    pub id: PackageId,
    /// The source package.
    pub source: SourcePackage,
    /// The maintainer, which is the supplier in SBOMs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintainer: Option<Contact>,
    /// The URL of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// The section: `libs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The `.deb` file, as the lock describes it; `None` for a package of a base image without a lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<Download>,
    /// Its licenses.
    pub licenses: Licenses,
    /// Whether the layer has all files of the package. A layer may have only some, or have them at other paths.
    pub is_whole: bool,
    /// Its files and links in the layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
}

/// A downloaded file: a `.deb`, or the release archive of a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Download {
    /// Its SHA-256; `None` if the lock has only another hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The URL, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The path in the Debian repository: `pool/main/g/glibc/libc6_2.36-9_amd64.deb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_path: Option<String>,
    /// The suite: `bookworm-security`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// The snapshot time of the lock: `2026-11-20T02:11:10Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

impl Package {
    /// The version of the source package.
    pub fn source_version(&self) -> &str {
        self.source.version.as_deref().unwrap_or(&self.id.version)
    }
}

impl Download {
    /// The name of the file.
    pub fn file_name(&self) -> Option<&str> {
        let path = self.pool_path.as_deref().or(self.url.as_deref())?;
        path.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// Names and values of the facts for which the formats have no field.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("pool-path", self.pool_path.clone()),
            ("size", self.size.map(|size| size.to_string())),
            ("snapshot", self.snapshot.clone()),
            ("suite", self.suite.clone()),
        ];
        let known = texts.into_iter();
        known
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}
