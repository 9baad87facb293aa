use blob::Digest;
use image_facts::{PackageId, SourcePackage};

use crate::{Contact, File, Licenses};

/// A Debian package of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Name, version and Debian architecture.
    pub id: PackageId,
    /// The source package.
    pub source: SourcePackage,
    /// The maintainer, which is the supplier in SBOMs.
    pub maintainer: Option<Contact>,
    /// The URL of the project.
    pub homepage: Option<String>,
    /// The section: `libs`.
    pub section: Option<String>,
    /// The `.deb` file, as the lock describes it; `None` for a package of a base image without a lock.
    pub download: Option<Download>,
    /// Its licenses.
    pub licenses: Licenses,
    /// Its files in the layer.
    pub files: Vec<File>,
}

/// A downloaded file: a `.deb`, or the release archive of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Its SHA-256; `None` if the lock has only another hash.
    pub sha256: Option<Digest>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The URL, if it is known.
    pub url: Option<String>,
    /// The path in the Debian repository: `pool/main/g/glibc/libc6_2.36-9_amd64.deb`.
    pub pool_path: Option<String>,
    /// The suite: `bookworm-security`.
    pub suite: Option<String>,
    /// The snapshot time of the lock: `2026-11-20T02:11:10Z`.
    pub snapshot: Option<String>,
}

impl Package {
    /// The version of the source package.
    pub(crate) fn source_version(&self) -> &str {
        self.source.version.as_deref().unwrap_or(&self.id.version)
    }
}

impl Download {
    /// The name of the file.
    pub(crate) fn file_name(&self) -> Option<&str> {
        let path = self.pool_path.as_deref().or(self.url.as_deref())?;
        path.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// Names and values of the facts for which the formats have no field.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
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
