//! Manifests: image manifests, image indexes, and Docker's forms of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A manifest, and the fields of it that the registry uses.
pub(crate) struct Manifest {
    pub(crate) media_type: String,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) document: Document,
}

/// The fields of an image manifest or an image index that the registry uses. It ignores all others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) media_type: Option<String>,
    pub(crate) artifact_type: Option<String>,
    pub(crate) config: Option<Reference>,
    pub(crate) layers: Option<Vec<Reference>>,
    pub(crate) manifests: Option<Vec<Reference>>,
    pub(crate) subject: Option<Reference>,
    pub(crate) annotations: Option<BTreeMap<String, String>>,
}

/// A descriptor in a manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    #[serde(default)]
    pub(crate) media_type: String,
    pub(crate) digest: String,
    #[serde(default)]
    pub(crate) urls: Vec<String>,
}

/// A descriptor in the response of the referrers API.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) artifact_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) annotations: Option<BTreeMap<String, String>>,
}

impl Manifest {
    /// # Errors
    ///
    /// If the bytes are no JSON object with these fields.
    pub(crate) fn new(media_type: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let document: Document = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        Ok(Self {
            media_type: media_type.to_owned(),
            bytes: bytes.into(),
            document,
        })
    }

    /// The type by which the referrers API filters: of an image manifest without one, that of its configuration.
    pub(crate) fn artifact_type(&self) -> Option<&str> {
        let own = self.document.artifact_type.as_deref();
        let config = self.document.config.as_ref();
        own.filter(|own| !own.is_empty())
            .or(config.map(|config| config.media_type.as_str()))
    }

    pub(crate) fn descriptor(&self, digest: String) -> Descriptor {
        Descriptor {
            media_type: self.media_type.clone(),
            digest,
            size: self.bytes.len(),
            artifact_type: self.artifact_type().map(str::to_owned),
            annotations: self.document.annotations.clone(),
        }
    }

    /// The configuration and the layers that clients push. Layers that must not be distributed have URLs instead.
    pub(crate) fn blobs(&self) -> impl Iterator<Item = &Reference> {
        let layers = self.document.layers.iter().flatten();
        let elsewhere = |layer: &&Reference| {
            !layer.urls.is_empty()
                || layer.media_type.contains(".nondistributable.")
                || layer.media_type.contains(".foreign.")
        };
        let pushed = layers.filter(move |layer| !elsewhere(layer));
        self.document.config.iter().chain(pushed)
    }

    /// The manifests of an index.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = &Reference> {
        self.document.manifests.iter().flatten()
    }
}
