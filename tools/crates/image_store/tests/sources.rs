//! The same image from a directory, from an archive and from a source of another crate.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::Read;

use blob::{Blob, Digest, Error, Result};
use image_store::{blob_name, FileId, Image, Source, StoredFile};
use serde_json::{json, Value};
use testkit::{tar, Item, Workspace};

/// Files by their names, as a registry could give them.
#[derive(Clone, Debug, Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Source for Memory {
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn open(&self, name: &str, _blob: Option<Blob>) -> Result<StoredFile<'_>> {
        let missing = || Error::cannot("read", name, "it is not in the repository");
        let bytes = self.0.get(name).ok_or_else(missing)?;
        Ok(StoredFile::new(bytes.len() as u64, bytes.as_slice()))
    }

    fn id(&self, _name: &str) -> Option<FileId> {
        None
    }
}

impl Memory {
    /// A layout of one image for linux/amd64 with one layer.
    fn layout() -> Self {
        let mut files = Self::default();
        let layer = tar(&[Item::file("etc/hosts", "localhost")]);
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "history": [{"created_by": "ENV", "empty_layer": true}, {"created_by": "hosts"}],
            "rootfs": {"type": "layers", "diff_ids": [Digest::of(&layer).to_string()]},
        });
        let config = files.blob(
            "application/vnd.oci.image.config.v1+json",
            config.to_string().as_bytes(),
        );
        let layer = files.blob("application/vnd.oci.image.layer.v1.tar", &layer);
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = json!({"schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [layer]});
        let manifest = files.blob(media_type, manifest.to_string().as_bytes());
        let index = json!({"schemaVersion": 2, "manifests": [manifest]});
        files.add("index.json", index.to_string().as_bytes());
        files.add("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
        files
    }

    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.0.insert(name.to_owned(), bytes.to_vec());
    }

    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = Digest::of(bytes);
        self.add(&blob_name(digest), bytes);
        json!({"mediaType": media_type, "digest": digest.to_string(), "size": bytes.len()})
    }

    fn archive(&self) -> Vec<u8> {
        let files = self.0.iter();
        let items: Vec<_> = files
            .map(|(name, bytes)| Item::file(name, bytes.as_slice()))
            .collect();
        tar(&items)
    }
}

/// The bytes of the first layer.
fn layer(image: &Image) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = image.open_layer(0).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!(file.size(), bytes.len() as u64);
    bytes
}

#[test]
fn one_image_from_every_source() {
    let (files, workspace) = (Memory::layout(), Workspace::new());
    std::fs::create_dir_all(workspace.path("image/blobs/sha256")).unwrap();
    for (name, bytes) in &files.0 {
        workspace.write(&format!("image/{name}"), bytes);
    }
    workspace.write("image.tar", files.archive());
    let images = [
        Image::open(&workspace.path("image"), None).unwrap(),
        Image::open(&workspace.path("image.tar"), None).unwrap(),
        Image::from_source("memory", Box::new(files), Some("linux/amd64")).unwrap(),
    ];
    for image in &images {
        assert_eq!(image.config(), images[0].config());
        assert_eq!(image.manifest(), images[0].manifest());
        assert_eq!(image.layers(), images[0].layers());
        assert_eq!(image.histories(), ["hosts"]);
        let bytes = layer(image);
        assert_eq!(Some(Blob::of(&bytes)), image.layers()[0].blob);
    }
    // Only a directory has files that two images may share.
    assert!(images[0].shares_layers(&images[0]));
    assert!(!images[0].shares_layers(&images[2]));
    let error = images[2].open_layer(1).unwrap_err().to_string();
    assert_eq!(error, "cannot read layer 1 of `memory`: it has 1 layers");
}

#[test]
fn documents_of_any_source_are_verified() {
    let files = Memory::layout();
    let open = |files: Memory, platform| {
        let opened = Image::from_source("memory", Box::new(files), platform);
        opened.unwrap_err().to_string()
    };
    assert_eq!(
        open(files.clone(), Some("linux/arm64")),
        "cannot open image `memory`: it has no image for `linux/arm64`, only for linux/amd64"
    );
    let mut other = files.clone();
    for bytes in other.0.values_mut() {
        if bytes.starts_with(br#"{"config":{"#) {
            bytes.push(b' ');
        }
    }
    let error = open(other, None);
    assert!(
        error.contains("cannot read manifest") && error.contains("its descriptor says"),
        "{error}"
    );
    let mut empty = files;
    empty.0.clear();
    assert!(open(empty, None)
        .starts_with("cannot open image `memory`: it has neither `oci-layout` nor"));
}

/// `oci_image_index` of rules_oci writes such an `index.json`. Every other version than 2 is refused.
#[test]
fn an_index_json_needs_no_schema_version() {
    let open = |version: Option<u64>| {
        let mut files = Memory::layout();
        let mut index: Value = serde_json::from_slice(&files.0["index.json"]).unwrap();
        let fields = index.as_object_mut().unwrap();
        fields.remove("schemaVersion");
        if let Some(version) = version {
            fields.insert("schemaVersion".to_owned(), version.into());
        }
        files.add("index.json", index.to_string().as_bytes());
        Image::from_source("memory", Box::new(files), Some("linux/amd64"))
    };
    assert_eq!(open(None).unwrap().histories(), ["hosts"]);
    let error = open(Some(1)).unwrap_err().to_string();
    let expected = "at `schemaVersion`: expected 2, found 1";
    assert!(error.contains(expected), "{error}");
}
