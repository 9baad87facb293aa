use blob::Digest;
use serde::{Deserialize, Serialize};

/// A file, a symbolic link or a directory of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The path, without a leading slash: `usr/lib/x86_64-linux-gnu/libc.so.6`. Empty for the root directory.
    pub path: String,
    /// The permission bits: 0o755.
    pub mode: u32,
    /// The user ID.
    pub uid: u32,
    /// The group ID.
    pub gid: u32,
    /// The type and the content.
    pub content: Content,
}

/// The type and the content of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Content {
    /// A directory.
    Directory,
    /// A regular file, or another name (hard link) of one.
    File {
        /// The SHA-256 of its content.
        sha256: Digest,
        /// The SHA-1 of its content. SPDX 2.3 requires it: a file without one is missing from this format.
        #[serde(default, with = "sha1", skip_serializing_if = "Option::is_none")]
        sha1: Option<[u8; 20]>,
        /// The size of its content in bytes.
        size: u64,
    },
    /// A symbolic link.
    Link {
        /// Its target, as the link has it.
        target: String,
    },
}

/// 40 hexadecimal digits.
mod sha1 {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        sum: &Option<[u8; 20]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(sum.unwrap_or_default()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<[u8; 20]>, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let mut sum = [0; 20];
        hex::decode_to_slice(&*text, &mut sum)
            .map_err(|_| D::Error::custom("expected 40 hexadecimal digits of SHA-1"))?;
        Ok(Some(sum))
    }
}
