//! OCI layouts and `docker save` archives in a directory of the test.

use std::path::PathBuf;

use blob::Digest;
use contents_from_layers::{read, ReadImage, Source};
use image_contents::{Contents, Entry, Image};
use serde_json::{json, Value};
use testkit::{compress, tar, Item, Workspace};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A layer: its history text, its annotations and its entries.
pub(crate) struct Layer<'a> {
    pub(crate) created_by: &'a str,
    pub(crate) annotations: Value,
    pub(crate) items: Vec<Item>,
}

pub(crate) fn layer<'a>(created_by: &'a str, items: &[Item]) -> Layer<'a> {
    Layer {
        created_by,
        annotations: json!({}),
        items: items.to_vec(),
    }
}

/// The configuration of an image.
fn config(architecture: &str, layers: &[Layer]) -> Value {
    let diff_ids = layers
        .iter()
        .map(|layer| Digest::of(&tar(&layer.items)).to_string());
    let history = layers
        .iter()
        .map(|layer| json!({"created_by": layer.created_by}));
    json!({
        "architecture": architecture,
        "os": "linux",
        "created": "2024-01-02T03:04:05.678Z",
        "config": {"User": "65532", "Env": ["A=b"], "ExposedPorts": {"80/tcp": {}}},
        "rootfs": {"type": "layers", "diff_ids": diff_ids.collect::<Vec<_>>()},
        "history": history.collect::<Vec<_>>(),
    })
}

/// Writes a blob, and returns its descriptor.
fn blob(workspace: &Workspace, name: &str, media_type: &str, bytes: &[u8]) -> Value {
    let digest = Digest::of(bytes);
    workspace.write(&format!("{name}/blobs/sha256/{}", digest.hex()), bytes);
    json!({"mediaType": media_type, "digest": digest.to_string(), "size": bytes.len()})
}

/// Writes the blobs of an image, and returns the descriptor of its manifest.
pub(crate) fn image(
    workspace: &Workspace,
    name: &str,
    architecture: &str,
    layers: &[Layer],
) -> Value {
    std::fs::create_dir_all(workspace.path(&format!("{name}/blobs/sha256"))).unwrap();
    let config = config(architecture, layers).to_string();
    let descriptors = layers.iter().map(|layer| {
        let bytes = compress(".gz", &tar(&layer.items));
        let mut descriptor = blob(workspace, name, LAYER, &bytes);
        descriptor["annotations"] = layer.annotations.clone();
        descriptor
    });
    let descriptors: Vec<Value> = descriptors.collect();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blob(workspace, name, CONFIG, config.as_bytes()),
        "layers": descriptors,
        "annotations": {"org.example.a": "1"},
    });
    blob(workspace, name, MANIFEST, manifest.to_string().as_bytes())
}

/// Writes the documents of a layout with these entries.
pub(crate) fn layout(workspace: &Workspace, name: &str, entries: &[Value]) -> PathBuf {
    std::fs::create_dir_all(workspace.path(name)).unwrap();
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
    workspace.write(
        &format!("{name}/oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    );
    workspace.write(&format!("{name}/index.json"), index.to_string());
    workspace.path(name)
}

/// Writes an index of images for several architectures and an attestation, and returns its descriptor.
pub(crate) fn index(workspace: &Workspace, name: &str, images: &[(&str, Value)]) -> Value {
    let entries = images.iter().map(|(architecture, descriptor)| {
        let mut entry = descriptor.clone();
        entry["platform"] = json!({"os": "linux", "architecture": architecture});
        entry
    });
    let mut entries: Vec<Value> = entries.collect();
    let mut attestation = entries[0].clone();
    attestation["digest"] = json!(Digest::of(b"attestation").to_string());
    attestation["platform"] = json!({"os": "unknown", "architecture": "unknown"});
    attestation["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest"});
    entries.push(attestation);
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
    blob(workspace, name, INDEX, index.to_string().as_bytes())
}

/// Writes a `docker save` archive of one image.
pub(crate) fn saved(workspace: &Workspace, name: &str, layers: &[Layer]) -> PathBuf {
    let paths: Vec<String> = (0..layers.len())
        .map(|number| format!("{number}/layer.tar"))
        .collect();
    let config = config("amd64", layers).to_string();
    let list = json!([{"Config": "config.json", "RepoTags": ["a:b"], "Layers": paths}]).to_string();
    let mut items = vec![
        Item::file("manifest.json", list),
        Item::file("config.json", config),
    ];
    for (path, layer) in paths.iter().zip(layers) {
        items.push(Item::file(path, tar(&layer.items)));
    }
    workspace.write(name, tar(&items));
    workspace.path(name)
}

pub(crate) fn read_one(path: &std::path::Path) -> ReadImage {
    let source = Source {
        path,
        name: "name",
        platform: None,
    };
    read(&[source]).unwrap().remove(0)
}

pub(crate) fn single(read: ReadImage) -> Image {
    match read.contents {
        Contents::Image(image) => image,
        Contents::Index(index) => index.images.into_iter().next().unwrap(),
    }
}

pub(crate) fn paths(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| &*entry.path).collect()
}
