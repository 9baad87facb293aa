//! Images for tests, as layouts and as plans.

use std::fs;
use std::path::Path;

use blob::Digest;
use serde_json::{json, Value};

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// An image or an index, with all content below it.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) media_type: &'static str,
    pub(crate) root: Vec<u8>,
    /// Manifests and configurations below the root.
    pub(crate) documents: Vec<Vec<u8>>,
    pub(crate) layers: Vec<Vec<u8>>,
}

impl Image {
    /// An image with these layers.
    pub(crate) fn new(layers: &[Vec<u8>]) -> Self {
        let config = json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers",
            "diff_ids": layers.iter().map(|layer| digest(layer)).collect::<Vec<_>>()}});
        let config = serde_json::to_vec(&config).unwrap();
        let layer = |layer: &Vec<u8>| descriptor(LAYER, layer);
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config),
            "layers": layers.iter().map(layer).collect::<Vec<_>>()});
        Self {
            media_type: MANIFEST,
            root: serde_json::to_vec(&manifest).unwrap(),
            documents: vec![config],
            layers: layers.to_vec(),
        }
    }

    /// An index of images.
    pub(crate) fn index(images: &[Self]) -> Self {
        let entries: Vec<Value> = images
            .iter()
            .map(|image| descriptor(image.media_type, &image.root))
            .collect();
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
        let documents = images.iter().flat_map(|image| {
            let below = image.documents.iter();
            below.chain([&image.root]).cloned()
        });
        Self {
            media_type: INDEX,
            root: serde_json::to_vec(&index).unwrap(),
            documents: documents.collect(),
            layers: images
                .iter()
                .flat_map(|image| image.layers.clone())
                .collect(),
        }
    }

    pub(crate) fn digest(&self) -> String {
        digest(&self.root)
    }

    pub(crate) fn descriptor(&self) -> Value {
        descriptor(self.media_type, &self.root)
    }

    /// All blobs, without manifests.
    pub(crate) fn blobs(&self) -> Vec<&Vec<u8>> {
        let is_config = |document: &&Vec<u8>| !document.windows(9).any(|w| w == b"mediaType");
        let configs = self.documents.iter().filter(is_config);
        configs.chain(&self.layers).collect()
    }

    /// Writes an OCI layout, in which the image has this reference name.
    pub(crate) fn write(&self, directory: &Path, name: &str) {
        write_layout(directory, &[(name, self)]);
    }
}

/// Writes an OCI layout of some images.
pub(crate) fn write_layout(directory: &Path, images: &[(&str, &Image)]) {
    let blobs = directory.join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let mut entries = Vec::new();
    for (name, image) in images {
        let all = image.documents.iter().chain(&image.layers);
        for bytes in all.chain([&image.root]) {
            fs::write(blobs.join(Digest::of(bytes).hex()), bytes).unwrap();
        }
        let mut entry = image.descriptor();
        entry["annotations"] = json!({"org.opencontainers.image.ref.name": name});
        entries.push(entry);
    }
    let index = json!({"schemaVersion": 2, "manifests": entries});
    write_json(&directory.join("index.json"), &index);
    let version = json!({"imageLayoutVersion": "1.0.0"});
    write_json(&directory.join("oci-layout"), &version);
}

/// A plan of images, and the files that it names.
pub(crate) struct PlanFiles {
    pub(crate) plan: Value,
    layers: Vec<Value>,
}

impl PlanFiles {
    pub(crate) fn new() -> Self {
        Self {
            plan: json!({"version": 1, "images": []}),
            layers: Vec::new(),
        }
    }

    /// Adds an image, whose files are written below `runfiles`. `fields` are the fields of the template.
    pub(crate) fn add(&mut self, runfiles: &Path, image: &Image, fields: &Value) {
        let mut entry = fields.clone();
        let name = |bytes: &[u8]| format!("_main/{}", Digest::of(bytes).hex());
        let write = |name: &str, bytes: &[u8]| {
            fs::create_dir_all(runfiles.join("_main")).unwrap();
            fs::write(runfiles.join(name), bytes).unwrap();
        };
        let mut documents = Vec::new();
        for document in image.documents.iter().chain([&image.root]) {
            write(&name(document), document);
            documents.push(name(document));
        }
        let mut positions = Vec::new();
        for layer in &image.layers {
            let metadata = name(layer) + ".json";
            let text = json!({"diff_id": digest(layer), "digest": digest(layer),
                "mediaType": LAYER, "size": layer.len()});
            write(&metadata, &serde_json::to_vec(&text).unwrap());
            write(&name(layer), layer);
            let layer = json!({"metadata": metadata, "blob": name(layer)});
            let known = self.layers.iter().position(|known| *known == layer);
            positions.push(known.unwrap_or(self.layers.len()));
            if known.is_none() {
                self.layers.push(layer);
            }
        }
        let root = name(&image.root) + ".descriptor.json";
        write(&root, &serde_json::to_vec(&image.descriptor()).unwrap());
        entry["root"] = json!(root);
        entry["documents"] = json!(documents);
        entry["layers"] = json!(positions);
        self.plan["images"].as_array_mut().unwrap().push(entry);
        self.plan["layers"] = json!(self.layers);
    }

    /// Adds a statement of this type about an image.
    pub(crate) fn add_statement(
        &mut self,
        runfiles: &Path,
        image: &Image,
        predicate_type: &str,
        content: &Value,
    ) {
        let content = serde_json::to_vec(content).unwrap();
        let name = |bytes: &[u8], end: &str| format!("_main/{}{end}", Digest::of(bytes).hex());
        let (file, digest) = (name(&content, ".json"), name(&image.root, ".digest"));
        fs::write(runfiles.join(&file), content).unwrap();
        fs::write(runfiles.join(&digest), image.digest()).unwrap();
        let statement = json!({"type": predicate_type, "file": file, "digest": digest});
        if self.plan.get("statements").is_none() {
            self.plan["statements"] = json!([]);
        }
        let statements = self.plan["statements"].as_array_mut().unwrap();
        statements.push(statement);
    }
}

pub(crate) fn write_json(path: &Path, value: &Value) {
    fs::write(path, serde_json::to_vec(value).unwrap()).unwrap();
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
}

/// Bytes that do not repeat.
pub(crate) fn bytes(seed: u32, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}
