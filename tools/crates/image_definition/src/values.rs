//! Values with a form of their type.

use std::fmt;

use blob::Digest;
use serde::{Deserialize, Serialize};

/// A base image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Base {
    /// A directory in OCI layout format, relative to the directory of the definition.
    Layout(String),
    /// An image of a registry: `registry/repository[:tag]@sha256:…`.
    Registry {
        /// The reference without the digest: `registry/repository[:tag]`.
        name: String,
        /// The digest of the image or index.
        digest: Digest,
    },
}

impl TryFrom<String> for Base {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("oci:") {
            return Ok(Self::Layout(path.to_owned()));
        }
        let wrong = || "expected `oci:DIRECTORY` or `registry/repository@sha256:…`".to_owned();
        let (name, hex) = text.rsplit_once("@sha256:").ok_or_else(wrong)?;
        let digest = Digest::from_hex(hex).map_err(|_| wrong())?;
        let name = name.to_owned();
        Ok(Self::Registry { name, digest })
    }
}

impl From<Base> for String {
    fn from(base: Base) -> Self {
        base.to_string()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout(path) => write!(f, "oci:{path}"),
            Self::Registry { name, digest } => write!(f, "{name}@sha256:{}", digest.hex()),
        }
    }
}

/// The layering: how the layers that an image adds to its base are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Layering {
    /// They are not merged.
    #[default]
    Package,
    /// All become one layer.
    Single,
    /// Neighbouring layers are merged until the image has at most this number of layers.
    Origin(usize),
}

impl TryFrom<String> for Layering {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let most = |text: &str| text.strip_prefix("origin:")?.parse().ok();
        match text.as_str() {
            "package" => Ok(Self::Package),
            "single" => Ok(Self::Single),
            text => match most(text) {
                Some(most) if most > 0 => Ok(Self::Origin(most)),
                _ => Err("expected `package`, `single` or `origin:N`".to_owned()),
            },
        }
    }
}

impl From<Layering> for String {
    fn from(layering: Layering) -> Self {
        match layering {
            Layering::Package => "package".to_owned(),
            Layering::Single => "single".to_owned(),
            Layering::Origin(most) => format!("origin:{most}"),
        }
    }
}

/// The compression of the layers that the image adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// gzip.
    #[default]
    Gzip,
    /// Zstandard.
    Zstd,
    /// eStargz: gzip that engines can pull file by file.
    Estargz,
    /// None.
    None,
}

impl Compression {
    /// Its name in definitions and in options of the tools.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Estargz => "estargz",
            Self::None => "none",
        }
    }

    /// The end of the names of layer files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Gzip | Self::Estargz => ".tar.gz",
            Self::Zstd => ".tar.zst",
            Self::None => ".tar",
        }
    }
}

/// The time of creation of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Created {
    /// The snapshot time of the lock.
    Lock,
    /// RFC 3339 in UTC.
    At(String),
}

impl From<String> for Created {
    fn from(text: String) -> Self {
        if text == "lock" {
            Self::Lock
        } else {
            Self::At(text)
        }
    }
}

impl From<Created> for String {
    fn from(created: Created) -> Self {
        match created {
            Created::Lock => "lock".to_owned(),
            Created::At(time) => time,
        }
    }
}

/// The owner of a file: the numbers of a user and a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Owner {
    /// User ID.
    pub uid: u32,
    /// Group ID.
    pub gid: u32,
}

impl TryFrom<String> for Owner {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let ids = text.split_once(':').and_then(|(uid, gid)| {
            let (uid, gid) = (uid.parse().ok()?, gid.parse().ok()?);
            Some(Self { uid, gid })
        });
        ids.ok_or_else(|| "expected `UID:GID`".to_owned())
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        format!("{}:{}", owner.uid, owner.gid)
    }
}
