//! Documents of images, for tests.

use std::fs;
use std::path::PathBuf;

use blob::Digest;
use serde_json::{json, Value};
use tempfile::TempDir;

use crate::images::described::ImageFiles;

/// A directory of manifests and configurations.
pub(crate) struct Directory(TempDir);

impl Directory {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// An image with these layers; the first has `size` bytes, and each next layer one byte more.
    pub(crate) fn image(
        &self,
        tag: &str,
        architecture: &str,
        layers: &[&str],
        size: u64,
    ) -> ImageFiles {
        let history: Vec<_> = layers
            .iter()
            .map(|layer| json!({"created_by": layer}))
            .collect();
        let descriptors: Vec<_> = layers
            .iter()
            .zip(size..)
            .map(|(layer, size)| {
                let digest = Digest::of(format!("{architecture} {layer}").as_bytes());
                json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest.to_string(), "size": size})
            })
            .collect();
        let user = if tag.ends_with("nonroot") {
            "65532"
        } else {
            "0"
        };
        let config = json!({
            "architecture": architecture,
            "config": {"Env": ["PATH=/bin"], "User": user, "WorkingDir": "/"},
            "history": history,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": []},
        });
        let name = format!("{tag}-{architecture}-{}", layers.len());
        ImageFiles {
            architecture: architecture.to_owned(),
            config: self.file(&format!("{name}.config.json"), &config),
            manifest: self.file(
                &format!("{name}.manifest.json"),
                &json!({
                    "schemaVersion": 2,
                    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": Digest::of(b"").to_string(), "size": 0},
                    "layers": descriptors,
                }),
            ),
            tag: tag.to_owned(),
        }
    }

    pub(crate) fn file(&self, name: &str, value: &Value) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, value.to_string()).unwrap();
        path
    }
}
