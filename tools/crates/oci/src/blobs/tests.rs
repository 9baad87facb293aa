//! Sets of blobs that are complete, that lack blobs, and that have too many.

use std::fs;

use tempfile::TempDir;

use super::Blobs;
use crate::testing::{hex, layer, settings};
use crate::{image, index, Document, Image, Pairs};

fn images() -> [Image; 2] {
    let image =
        |architecture| image(&settings(architecture, None), None, &[layer('a', 7)]).unwrap();
    [image("amd64"), image("s390x")]
}

/// The documents of two images and their index, and the layer that the images share.
fn blobs(directory: &TempDir) -> (Blobs, crate::Index) {
    let [one, two] = images();
    let index = index(
        &[("1", one.descriptor), ("2", two.descriptor)],
        &Pairs::default(),
    )
    .unwrap();
    let mut blobs = Blobs::new();
    for document in [
        &one.config,
        &one.manifest,
        &two.config,
        &two.manifest,
        &index.index,
    ] {
        blobs.add_document(document.clone());
        blobs.add_document(document.clone());
    }
    let path = directory.path().join("a.tar.gz");
    fs::write(&path, "7 bytes").unwrap();
    blobs
        .add_layer(&layer('a', 7), "a.tar.gz", path.clone())
        .unwrap();
    blobs.add_layer(&layer('a', 7), "a.tar.gz", path).unwrap();
    (blobs, index)
}

#[test]
fn a_complete_set_is_accepted() {
    let directory = TempDir::new().unwrap();
    let (blobs, index) = blobs(&directory);
    let closure = blobs.closure(index.descriptor).unwrap();
    assert_eq!(closure.documents.len(), 5);
    assert_eq!(closure.layers.len(), 1);
    assert!(closure.image.is_none());
}

#[test]
fn every_missing_blob_is_reported() {
    let [one, two] = images();
    let index = index(
        &[("1", one.descriptor.clone()), ("2", two.descriptor.clone())],
        &Pairs::default(),
    )
    .unwrap();
    let mut blobs = Blobs::new();
    blobs.add_document(index.index);
    blobs.add_document(one.manifest);
    let error = blobs.closure(index.descriptor.clone()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot assemble `{}`: `config` of `manifest` (`{}`) is missing; `layers[0]` of `manifest` (`sha256:{}`) \
             is missing; `manifests[1]` of `index` (`{}`) is missing",
            index.descriptor.digest(),
            one.config.blob().digest,
            hex('a'),
            two.descriptor.digest(),
        )
    );
    let error = Blobs::new().closure(one.descriptor.clone()).unwrap_err();
    let digest = one.descriptor.digest();
    assert_eq!(
        error.to_string(),
        format!("cannot assemble `{digest}`: the root (`{digest}`) is missing")
    );
}

#[test]
fn unreferenced_blobs_are_reported() {
    let directory = TempDir::new().unwrap();
    let (mut blobs, index) = blobs(&directory);
    let extra = Document::new("extra.json", b"{}".to_vec());
    blobs.add_document(extra.clone());
    let path = directory.path().join("a.tar.gz");
    blobs.add_layer(&layer('c', 7), "c.tar.gz", path).unwrap();
    assert_eq!(
        blobs.closure(index.descriptor.clone()).unwrap_err().to_string(),
        format!(
            "cannot assemble `{}`: `extra.json` (`{}`) is not part of it; `c.tar.gz` (`sha256:{}`) is not part of it",
            index.descriptor.digest(),
            extra.blob().digest,
            hex('c')
        )
    );
}

#[test]
fn sizes_must_agree() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("a.tar.gz");
    fs::write(&path, "eight by").unwrap();
    let mut blobs = Blobs::new();
    let mut add =
        |size, name: &str| blobs.add_layer(&layer('a', size), name, directory.path().join(name));
    assert_eq!(
        add(7, "a.tar.gz").unwrap_err().to_string(),
        "cannot read layer `a.tar.gz`: its metadata says 7 bytes, it has 8"
    );
    assert_eq!(
        add(7, "b.tar.gz").unwrap_err().to_string(),
        "cannot read layer `b.tar.gz`: No such file or directory (os error 2)"
    );
    assert_eq!(
        add(7, ".").unwrap_err().to_string(),
        "cannot read layer `.`: it is not a file"
    );
    add(8, "a.tar.gz").unwrap();
    let [one, _] = images();
    blobs.add_document(one.config);
    blobs.add_document(one.manifest);
    let mut root = one.descriptor;
    let size = root.size();
    root.set_size(5);
    assert_eq!(
        blobs.closure(root.clone()).unwrap_err().to_string(),
        format!(
            "cannot assemble `{0}`: the root (`{0}`) says 5 bytes, the blob has {size}; `layers[0]` of `manifest` \
             (`sha256:{1}`) says 7 bytes, the blob has 8",
            root.digest(),
            hex('a')
        )
    );
}

#[test]
fn a_root_of_another_kind_is_refused() {
    let [one, _] = images();
    let mut root = one.descriptor;
    root.set_media_type("text/plain".into());
    assert_eq!(
        Blobs::new().closure(root.clone()).unwrap_err().to_string(),
        format!(
            "cannot assemble `{}`: media type: expected `application/vnd.oci.image.manifest.v1+json` or \
             `application/vnd.oci.image.index.v1+json`, found `text/plain`",
            root.digest()
        )
    );
    let digest = root.digest().to_string().replace("sha256:", "sha512:") + &hex('0');
    root.set_digest(digest.as_str().try_into().unwrap());
    root.set_media_type("application/vnd.oci.image.manifest.v1+json".into());
    assert_eq!(
        Blobs::new().closure(root).unwrap_err().to_string(),
        format!("cannot read digest `{digest}`: expected `sha256:` and 64 hexadecimal digits")
    );
}
