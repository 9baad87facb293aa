//! The metadata of a layer.

use std::collections::BTreeMap;
use std::fmt::Display;

use blob::{Blob, Digest, Error, Result};
use oci_spec::image::{Descriptor, History, MediaType};
use serde::{Deserialize, Deserializer};

use crate::document::describe;
use crate::{json, media, Created};

/// The metadata file that is written for every layer (`docs/tool_contract.md`).
#[derive(Clone, Debug, Deserialize)]
pub struct LayerMetadata {
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(deserialize_with = "digest")]
    diff_id: Digest,
    #[serde(deserialize_with = "digest")]
    digest: Digest,
    #[serde(default)]
    history: LayerHistory,
    #[serde(rename = "mediaType")]
    media_type: MediaType,
    size: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct LayerHistory {
    created: Option<String>,
    created_by: Option<String>,
}

impl LayerMetadata {
    /// Parses a metadata file; `name` is its path, for messages.
    ///
    /// # Errors
    ///
    /// A field is missing or invalid, or diff_id and digest of an uncompressed layer differ.
    pub fn parse(name: impl Display, bytes: &[u8]) -> Result<Self> {
        let metadata: Self = json::parse(&name, bytes)?;
        if !media::is_layer(&metadata.media_type) {
            let cause = media::unexpected_layer(&metadata.media_type);
            return Err(Error::cannot("read", name, cause));
        }
        if metadata.media_type == MediaType::ImageLayer && metadata.digest != metadata.diff_id {
            let cause = format!(
                "diff_id `{}` and digest `{}` of an uncompressed layer differ",
                metadata.diff_id, metadata.digest
            );
            return Err(Error::cannot("read", name, cause));
        }
        if let Some(created) = &metadata.history.created {
            Created::parse_foreign(created).map_err(|error| error.within("read", name))?;
        }
        Ok(metadata)
    }

    /// Digest and size of the layer's blob.
    pub fn blob(&self) -> Blob {
        Blob {
            digest: self.digest,
            size: self.size,
        }
    }

    /// The digest of the uncompressed tar archive.
    pub(crate) fn diff_id(&self) -> Digest {
        self.diff_id
    }

    pub(crate) fn annotations(&self) -> &BTreeMap<String, String> {
        &self.annotations
    }

    pub(crate) fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    pub(crate) fn descriptor(&self) -> Result<Descriptor> {
        let mut descriptor = describe(self.media_type.clone(), self.blob())?;
        if !self.annotations.is_empty() {
            let annotations = self.annotations.clone().into_iter().collect();
            descriptor.set_annotations(Some(annotations));
        }
        Ok(descriptor)
    }

    /// The history entry in an image with this creation time.
    pub(crate) fn history(&self, image: &Created) -> Result<History> {
        let created = image.of_layer(self.history.created.as_deref())?;
        let mut history = self.own_history();
        history.set_created(Some(created.text().to_owned()));
        Ok(history)
    }

    /// The history entry with the layer's own time.
    pub(crate) fn own_history(&self) -> History {
        let mut history = History::default();
        history.set_created(self.history.created.clone());
        history.set_created_by(self.history.created_by.clone());
        history
    }
}

fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Digest, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{hex, metadata};

    fn refused(text: &str) -> String {
        LayerMetadata::parse("l.json", text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn written_metadata_is_read_back() {
        let text = metadata('a', 7);
        let layer = LayerMetadata::parse("l.json", text.as_bytes()).unwrap();
        assert_eq!(layer.blob().size, 7);
        let created = Created::parse("2026-11-21T02:34:56Z").unwrap();
        let history = layer.history(&created).unwrap();
        assert_eq!(history.created().as_deref(), Some("2026-01-02T03:04:05Z"));
        assert_eq!(history.created_by().as_deref(), Some("deb a"));
    }

    #[test]
    fn bad_metadata_is_refused() {
        let good = metadata('a', 7);
        let gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
        for (text, message) in [
            (
                good[..100].to_owned(),
                "cannot read `l.json`: at `diff_id`: EOF while parsing a string at line 1 column 100".to_owned(),
            ),
            ("\u{1}".into(), "cannot read `l.json`: expected value at line 1 column 1".into()),
            (
                good.replace(",\"size\":7", ""),
                format!("cannot read `l.json`: missing field `size` at line 1 column {}", good.len() - 9),
            ),
            (
                good.replace(":7", ":\"7\""),
                format!("cannot read `l.json`: at `size`: invalid type: string \"7\", expected u64 at line 1 column {}", good.len() + 1),
            ),
            (
                good.replace("2026-01-02T03:04:05Z", "then"),
                "cannot read `l.json`: cannot read time `then`: expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`".into(),
            ),
            (
                good.replace(gzip, "application/x-tar"),
                "cannot read `l.json`: media type: expected `application/vnd.oci.image.layer.v1.tar+gzip` or \
                 `application/vnd.oci.image.layer.v1.tar+zstd` or `application/vnd.oci.image.layer.v1.tar`, \
                 found `application/x-tar`"
                    .into(),
            ),
            (
                good.replace(gzip, "application/vnd.oci.image.layer.v1.tar"),
                format!(
                    "cannot read `l.json`: diff_id `sha256:{}` and digest `sha256:{}` of an uncompressed layer differ",
                    hex('d'),
                    hex('a')
                ),
            ),
        ] {
            assert_eq!(refused(&text), message);
        }
    }

    #[test]
    fn a_digest_has_one_form() {
        let upper = metadata('a', 7).replace(&hex('a'), &hex('A'));
        let message = refused(&upper);
        assert!(
            message.starts_with(&format!(
                "cannot read `l.json`: at `digest`: cannot read digest `{}`: expected 64 lower-case \
                 hexadecimal digits, found 64 characters",
                hex('A')
            )),
            "{message}"
        );
    }
}
