//! Small images, with signatures and other referrers.

// Each test program uses only a part of this module.
#![allow(dead_code)]

use blob::{Blob, Digest};
use registry_fixture::Registry;
use serde_json::{json, Value};

use crate::world::World;

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// A document with its media type, and the blobs and documents below it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    media_type: &'static str,
    bytes: Vec<u8>,
    pub(crate) blobs: Vec<Vec<u8>>,
    children: Vec<Item>,
}

impl Item {
    fn new(media_type: &'static str, document: &Value) -> Self {
        Self {
            media_type,
            bytes: serde_json::to_vec(document).unwrap(),
            blobs: Vec::new(),
            children: Vec::new(),
        }
    }

    pub(crate) fn digest(&self) -> String {
        Digest::of(&self.bytes).to_string()
    }

    pub(crate) fn hex(&self) -> String {
        Digest::of(&self.bytes).hex()
    }

    pub(crate) fn descriptor(&self) -> Value {
        descriptor(self.media_type, &self.bytes)
    }

    /// Stores it in a repository, with all below it.
    pub(crate) fn store(&self, registry: &Registry, repository: &str, tag: Option<&str>) {
        for blob in &self.blobs {
            registry.put_blob(repository, blob);
        }
        for child in &self.children {
            child.store(registry, repository, None);
        }
        registry.put_manifest(repository, tag, self.media_type, &self.bytes);
    }

    fn write(&self, world: &World, layout: &str) {
        for child in &self.children {
            child.write(world, layout);
        }
        for bytes in self.blobs.iter().chain([&self.bytes]) {
            let hex = Digest::of(bytes).hex();
            world.write(&format!("{layout}/blobs/sha256/{hex}"), bytes);
        }
    }
}

pub(crate) fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    let Blob { digest, size } = Blob::of(bytes);
    json!({"mediaType": media_type, "digest": digest.to_string(), "size": size})
}

/// An image with these layers. They are not tar archives: no engine of these tests unpacks them.
pub(crate) fn image(architecture: &str, layers: &[&str]) -> Item {
    let layers: Vec<Vec<u8>> = layers
        .iter()
        .map(|layer| layer.as_bytes().to_vec())
        .collect();
    image_with(architecture, &layers, &[])
}

/// An image with these layers that runs a command.
pub(crate) fn image_with(architecture: &str, layers: &[Vec<u8>], command: &[&str]) -> Item {
    let ids: Vec<String> = layers
        .iter()
        .map(|layer| Digest::of(layer).to_string())
        .collect();
    let config = json!({
        "architecture": architecture,
        "config": {"Cmd": command},
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": ids},
    });
    let config = serde_json::to_vec(&config).unwrap();
    let described: Vec<Value> = layers
        .iter()
        .map(|layer| descriptor(LAYER, layer))
        .collect();
    let mut item = Item::new(
        MANIFEST,
        &json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, &config), "layers": described}),
    );
    item.blobs.push(config);
    item.blobs.extend(layers.iter().cloned());
    item
}

/// An index of images for `amd64`, `arm64` and so on, with annotations.
pub(crate) fn index(images: &[(&str, &Item)], annotations: &Value) -> Item {
    let entries = images.iter().map(|(architecture, image)| {
        let mut entry = image.descriptor();
        entry["platform"] = json!({"os": "linux", "architecture": architecture});
        if *architecture == "unknown" {
            entry["platform"]["os"] = json!("unknown");
            entry["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest"});
        }
        entry
    });
    let entries: Vec<Value> = entries.collect();
    let document = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries, "annotations": annotations});
    let mut item = Item::new(INDEX, &document);
    item.children = images.iter().map(|(_, image)| (*image).clone()).collect();
    item
}

/// A manifest of another kind with this subject.
pub(crate) fn referrer(subject: &Item, kind: &str, text: &str) -> Item {
    let mut item = artifact(text);
    let mut document: Value = serde_json::from_slice(&item.bytes).unwrap();
    document["artifactType"] = json!(kind);
    document["subject"] = subject.descriptor();
    document["annotations"] = json!({"of": text});
    item.bytes = serde_json::to_vec(&document).unwrap();
    item
}

/// A manifest with a blob that is no layer, as cosign 2 writes.
pub(crate) fn artifact(text: &str) -> Item {
    let document = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(EMPTY, b"{}"),
        "layers": [descriptor("text/plain", text.as_bytes())],
    });
    let mut item = Item::new(MANIFEST, &document);
    item.blobs = vec![b"{}".to_vec(), text.as_bytes().to_vec()];
    item
}

/// Writes a layout with these entries. An empty name is no name.
pub(crate) fn layout(world: &World, name: &str, entries: &[(&str, &Item)]) {
    world.write(
        &format!("{name}/oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    );
    let list = entries.iter().map(|(reference, item)| {
        item.write(world, name);
        let mut entry = item.descriptor();
        if !reference.is_empty() {
            entry["annotations"] = json!({"org.opencontainers.image.ref.name": reference});
        }
        entry
    });
    let list: Vec<Value> = list.collect();
    let index = json!({"schemaVersion": 2, "manifests": list});
    world.write(&format!("{name}/index.json"), index.to_string());
}
