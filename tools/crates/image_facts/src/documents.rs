use std::fmt::Display;

use blob::{Error, Result};
use oci::{read_config, read_manifest};

use crate::Origin;

/// The facts in the manifest and the configuration of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// The architecture, by OCI's name.
    pub architecture: String,
    /// The program and its first arguments; empty if there is none.
    pub entrypoint: Vec<String>,
    /// Environment variables, `KEY=VALUE`, in the image's order.
    pub env: Vec<String>,
    /// The user and the group, as the configuration has them.
    pub user: String,
    /// The working directory; empty if there is none.
    pub workdir: String,
    /// The layers, lowest first.
    pub layers: Vec<Layer>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The digest of its blob.
    pub digest: String,
    /// The size of its blob in bytes: it is compressed.
    pub size: u64,
    /// Its origin, from the image's history.
    pub origin: Origin,
}

/// A document, and its name in messages.
type Named<'a, N> = (N, &'a [u8]);

impl Documents {
    /// Reads both documents.
    ///
    /// # Errors
    ///
    /// A document is invalid, or the history of the configuration does not have one entry for each layer.
    pub fn read<N: Display>(manifest: Named<'_, N>, config: Named<'_, N>) -> Result<Self> {
        let layers = read_manifest(manifest.0, manifest.1)?;
        let (name, config) = (&config.0, read_config(&config.0, config.1)?);
        let history = config.history().iter().flatten();
        let origins: Vec<_> = history
            .filter(|entry| entry.empty_layer() != Some(true))
            .map(|entry| Origin::parse(entry.created_by().as_deref().unwrap_or_default()))
            .collect();
        let layers = layers.layers();
        if origins.len() != layers.len() {
            let cause = format!(
                "its history has {} layers, its manifest {}",
                origins.len(),
                layers.len()
            );
            return Err(Error::cannot("describe", name, cause));
        }
        let layers = layers.iter().zip(origins).map(|(layer, origin)| Layer {
            digest: layer.digest().to_string(),
            size: layer.size(),
            origin,
        });
        let execution = config.config().clone().unwrap_or_default();
        Ok(Self {
            architecture: config.architecture().to_string(),
            entrypoint: execution.entrypoint().clone().unwrap_or_default(),
            env: execution.env().clone().unwrap_or_default(),
            user: execution.user().clone().unwrap_or_default(),
            workdir: execution.working_dir().clone().unwrap_or_default(),
            layers: layers.collect(),
        })
    }

    /// The total size of its compressed layers in bytes.
    pub fn size(&self) -> u64 {
        self.layers.iter().map(|layer| layer.size).sum()
    }
}
