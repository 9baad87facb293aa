//! Test images, made in memory by a writer that is not ours, and roots as text.

#![allow(dead_code, unreachable_pub)]

use std::fs;
use std::path::{Path, PathBuf};

use blob::Digest;
use rootfs::{Image, ImageExt, Kind, Root};
use serde_json::{json, Value};
use testkit::{compress, tar, Item, Workspace};

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// A layout directory that is being written. Its index has the entries given to [`Layout::add`].
pub struct Layout {
    workspace: Workspace,
    pub entries: Vec<Value>,
}

impl Layout {
    pub fn new() -> Self {
        let workspace = Workspace::new();
        fs::create_dir_all(workspace.path("image/blobs/sha256")).unwrap();
        workspace.write("image/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
        Self {
            workspace,
            entries: Vec::new(),
        }
    }

    /// A layout of one image for linux/amd64 with these layers, compressed as `.gz` or `.zst`, or uncompressed.
    pub fn of(ending: &str, layers: &[&[Item]]) -> Self {
        let layout = Self::new();
        let layers: Vec<_> = layers.iter().map(|items| tar(items)).collect();
        let layers = layers
            .iter()
            .map(|bytes| layout.layer(ending, bytes))
            .collect();
        let entry = layout.image("amd64", layers);
        layout.add(entry)
    }

    pub fn add(mut self, entry: Value) -> Self {
        self.entries.push(entry);
        self.finish()
    }

    /// Writes `index.json` again.
    pub fn finish(self) -> Self {
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": self.entries});
        self.workspace.write("image/index.json", index.to_string());
        self
    }

    pub fn path(&self) -> PathBuf {
        self.workspace.path("image")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn blob_path(&self, digest: &str) -> PathBuf {
        let hex = digest.strip_prefix("sha256:").unwrap();
        self.file(&format!("blobs/sha256/{hex}"))
    }

    /// A blob and its descriptor.
    pub fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = Digest::of(bytes);
        fs::write(self.blob_path(&digest.to_string()), bytes).unwrap();
        json!({"mediaType": media_type, "digest": digest.to_string(), "size": bytes.len()})
    }

    /// A layer's descriptor and diff_id.
    pub fn layer(&self, ending: &str, plain: &[u8]) -> (Value, String) {
        let kind = match ending {
            ".gz" => "+gzip",
            ".zst" => "+zstd",
            _ => "",
        };
        let blob = self.blob(&format!("{LAYER}{kind}"), &compress(ending, plain));
        (blob, Digest::of(plain).to_string())
    }

    pub fn config(&self, architecture: &str, diff_ids: &[String]) -> Value {
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "config": {"User": "0", "ExposedPorts": {"80/tcp": {}, "443/tcp": {}}, "Volumes": null},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        self.blob(
            "application/vnd.oci.image.config.v1+json",
            config.to_string().as_bytes(),
        )
    }

    /// The entry of an index for an image of these layers.
    pub fn image(&self, architecture: &str, layers: Vec<(Value, String)>) -> Value {
        let (layers, ids): (Vec<_>, Vec<_>) = layers.into_iter().unzip();
        let config = self.config(architecture, &ids);
        let manifest =
            json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
        let mut entry = self.blob(MANIFEST, manifest.to_string().as_bytes());
        entry["platform"] = json!({"os": "linux", "architecture": architecture});
        entry
    }

    pub fn open(&self) -> Image {
        Image::open(&self.path(), None).unwrap()
    }

    pub fn root(&self) -> Root {
        self.open().read(&mut []).unwrap()
    }

    /// The layout as a tar archive.
    pub fn archive(&self) -> Vec<u8> {
        let mut items = vec![Item::directory("./")];
        collect(&self.path(), "", &mut items);
        tar(&items)
    }

    /// The text of an error, without the temporary path.
    pub fn say(&self, error: &blob::Error) -> String {
        error
            .to_string()
            .replace(self.path().to_str().unwrap(), "IMAGE")
    }

    /// The error of reading the only image.
    pub fn error(&self) -> String {
        let outcome = Image::open(&self.path(), None).and_then(|image| image.read(&mut []));
        self.say(&outcome.unwrap_err())
    }
}

fn collect(directory: &Path, prefix: &str, items: &mut Vec<Item>) {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    names.sort_by_key(|entry| entry.file_name());
    for entry in names {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            items.push(Item::directory(format!("{name}/")));
            collect(&entry.path(), &format!("{name}/"), items);
        } else {
            items.push(Item::file(name, fs::read(entry.path()).unwrap()));
        }
    }
}

/// One line for each path: layer, mode, owner, path, type.
pub fn listing(root: &Root) -> String {
    let line = |(path, node): (&str, &rootfs::Node)| {
        let kind = match &node.kind {
            Kind::File { size } => format!("file {size}"),
            Kind::Directory => "directory".to_owned(),
            Kind::Link { target } => format!("-> {target}"),
            Kind::Device {
                block,
                major,
                minor,
            } => format!("device {block} {major}:{minor}"),
            Kind::Fifo => "fifo".to_owned(),
        };
        let (layer, mode) = (node.layer, node.mode);
        let owner = match (node.uid, node.gid) {
            (0, 0) => String::new(),
            (uid, gid) => format!(" {uid}:{gid}"),
        };
        format!("{layer} {mode:04o}{owner} {path} {kind}\n")
    };
    root.iter().map(line).collect()
}
