use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use serde::{Deserialize, Serialize};

/// The annotation that has the [`ResourceKind`].
const KIND: &str = "kind";

/// A file that a build used or made: in-toto's
/// [resource descriptor](https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// The name for people; of packages, name, version and architecture.
    pub name: String,
    /// The identity: a package URL, if there is one.
    pub uri: Option<String>,
    /// The SHA-256 of the file.
    pub sha256: Digest,
    /// A URL of the file.
    pub download_location: Option<String>,
    /// More facts, by name: `filename` of a package, `signed_by` of a Release, `diff_id` of a layer.
    pub annotations: BTreeMap<String, String>,
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// A lock of Debian packages.
    Lock,
    /// `InRelease`, or `Release` or `Release.gpg`, of a suite whose packages the image has.
    Release,
    /// A Debian package.
    Package,
    /// The release archive of a runtime.
    Runtime,
    /// A lock of runtimes.
    RuntimeLock,
    /// An image that this build did not make.
    BaseImage,
    /// A program of the build.
    Tool,
    /// A layer that the build made.
    Layer,
}

impl Resource {
    /// A resource without more facts.
    pub fn new(kind: ResourceKind, name: impl Into<String>, sha256: Digest) -> Self {
        Self {
            kind,
            name: name.into(),
            uri: None,
            sha256,
            download_location: None,
            annotations: BTreeMap::new(),
        }
    }

    /// Sets the identity.
    #[must_use]
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = Some(uri.into());
        self
    }

    /// Sets the URL of the file.
    #[must_use]
    pub fn download_location(mut self, url: impl Into<String>) -> Self {
        self.download_location = Some(url.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn annotation(mut self, name: &str, value: impl Into<String>) -> Self {
        self.annotations.insert(name.to_owned(), value.into());
        self
    }
}

/// The form of a resource in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    digest: Digests,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    download_location: Option<String>,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

/// The digests of a file by algorithm. Only SHA-256 is read and written.
#[derive(Serialize, Deserialize)]
pub(crate) struct Digests {
    pub(crate) sha256: String,
}

impl Descriptor {
    pub(crate) fn of(resource: &Resource) -> serde_json::Result<Self> {
        let mut annotations = resource.annotations.clone();
        if let serde_json::Value::String(kind) = serde_json::to_value(resource.kind)? {
            annotations.insert(KIND.to_owned(), kind);
        }
        Ok(Self {
            annotations,
            digest: Digests {
                sha256: resource.sha256.hex(),
            },
            download_location: resource.download_location.clone(),
            name: resource.name.clone(),
            uri: resource.uri.clone(),
        })
    }

    pub(crate) fn resource(mut self) -> Result<Resource> {
        let kind = self.annotations.remove(KIND).unwrap_or_default();
        let kind = serde_json::from_value(kind.as_str().into());
        let kind = kind.map_err(|error| {
            let error = Error::cannot("use annotation", KIND, error);
            error.within("read resource", message::shorten(&self.name))
        })?;
        let sha256 = Digest::from_hex(&self.digest.sha256);
        let sha256 =
            sha256.map_err(|error| error.within("read resource", message::shorten(&self.name)))?;
        Ok(Resource {
            kind,
            name: self.name,
            uri: self.uri,
            sha256,
            download_location: self.download_location,
            annotations: self.annotations,
        })
    }
}
