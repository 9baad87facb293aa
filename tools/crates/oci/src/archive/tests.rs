//! Tests that read archives with another tar reader than the crate `tar`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use blob::Blob;
use tempfile::TempDir;

use super::write_archive;
use crate::testing::{metadata, settings};
use crate::{image, index, Blobs, Closure, Image, LayerMetadata, Pairs, Tag};

const CONTENT: &str = "7 bytes";

/// The metadata of a layer with the digest of [`CONTENT`].
fn real_layer() -> LayerMetadata {
    let text = metadata('a', 7).replace(
        &crate::testing::hex('a'),
        &Blob::of(CONTENT.as_bytes()).digest.hex(),
    );
    LayerMetadata::parse("l.json", text.as_bytes()).unwrap()
}

fn one(directory: &TempDir, content: &str) -> (Blobs, Image) {
    let made = image(
        &settings("amd64", None),
        None,
        &[real_layer(), real_layer()],
    )
    .unwrap();
    let path = directory.path().join("layer");
    fs::write(&path, content).unwrap();
    let mut blobs = Blobs::new();
    blobs.add_document(made.config.clone());
    blobs.add_document(made.manifest.clone());
    blobs.add_layer(&real_layer(), "layer", path).unwrap();
    (blobs, made)
}

fn archive(closure: &Closure, tags: &[&str]) -> Vec<u8> {
    let tags: Vec<_> = tags.iter().map(|tag| Tag::parse(tag).unwrap()).collect();
    let mut bytes = Vec::new();
    write_archive(closure, &tags, &mut bytes).unwrap();
    bytes
}

fn entries(bytes: &[u8]) -> (Vec<String>, BTreeMap<String, String>) {
    let (mut lines, mut contents) = (Vec::new(), BTreeMap::new());
    for entry in tar::Archive::new(bytes).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let header = entry.header();
        lines.push(format!(
            "{path} {:o} {}:{} {} {}",
            header.mode().unwrap(),
            header.uid().unwrap(),
            header.gid().unwrap(),
            header.mtime().unwrap(),
            header.size().unwrap()
        ));
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        contents.insert(path, content);
    }
    (lines, contents)
}

#[test]
fn one_image_is_both_kinds_of_archive() {
    let directory = TempDir::new().unwrap();
    let (blobs, made) = one(&directory, CONTENT);
    let closure = blobs.closure(made.descriptor.clone()).unwrap();
    let bytes = archive(&closure, &["static:debian12"]);
    assert_eq!(bytes, archive(&closure, &["static:debian12"]));
    let (lines, contents) = entries(&bytes);
    let layer = format!("blobs/sha256/{}", Blob::of(CONTENT.as_bytes()).digest.hex());
    let config = format!("blobs/sha256/{}", made.config.blob().digest.hex());
    assert!(lines.contains(&format!("{layer} 644 0:0 0 7")), "{lines:?}");
    assert_eq!(
        lines[3..5],
        ["blobs/ 755 0:0 0 0", "blobs/sha256/ 755 0:0 0 0"]
    );
    assert_eq!(contents.len(), 8);
    assert_eq!(contents[&layer], CONTENT);
    assert_eq!(
        contents["manifest.json"],
        format!(
            r#"[{{"Config":"{config}","Layers":["{layer}","{layer}"],"RepoTags":["static:debian12"]}}]"#
        )
    );
    assert!(
        contents["index.json"].starts_with(concat!(
            r#"{"manifests":[{"annotations":{"io.containerd.image.name":"docker.io/library/static:debian12","#,
            r#""org.opencontainers.image.ref.name":"debian12"},"digest":"#
        )),
        "{}",
        contents["index.json"]
    );
}

#[test]
fn one_descriptor_for_each_tag() {
    let directory = TempDir::new().unwrap();
    let (blobs, made) = one(&directory, CONTENT);
    let closure = blobs.closure(made.descriptor).unwrap();
    for (tags, descriptors) in [(&[][..], 1), (&["a:1"], 1), (&["a:1", "a:2", "b:1"], 3)] {
        let (_, contents) = entries(&archive(&closure, tags));
        assert_eq!(
            contents["index.json"].matches(r#""digest""#).count(),
            descriptors
        );
    }
}

#[test]
fn an_index_is_an_oci_archive_only() {
    let directory = TempDir::new().unwrap();
    let (mut blobs, made) = one(&directory, CONTENT);
    let index = index(&[("1", made.descriptor)], &Pairs::default()).unwrap();
    blobs.add_document(index.index);
    let (_, contents) = entries(&archive(
        &blobs.closure(index.descriptor).unwrap(),
        &["a:1"],
    ));
    assert!(!contents.contains_key("manifest.json"));
    assert_eq!(contents.len(), 8);
}

#[test]
fn another_file_of_the_same_size_is_noticed() {
    let directory = TempDir::new().unwrap();
    let (blobs, made) = one(&directory, "7 other");
    let closure = blobs.closure(made.descriptor).unwrap();
    let error = write_archive(&closure, &[], Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot archive layer `layer`: its metadata says `{}` (7 bytes), it is `{}` (7 bytes)",
            Blob::of(CONTENT.as_bytes()).digest,
            Blob::of(b"7 other").digest
        )
    );
    fs::write(directory.path().join("layer"), "short").unwrap();
    let error = write_archive(&closure, &[], Vec::new())
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("(5 bytes)"), "{error}");
}
