//! Kinds of sources, and layers that several images have.

use contents_from_layers::{read, Source};
use image_contents::Contents;
use testkit::{Item, Workspace};

use crate::fixture::{image, index, layer, layout, read_one, saved, single};

#[test]
fn an_index_has_its_images_and_no_attestation() {
    let workspace = Workspace::new();
    let layers = |text: &str| [layer("base", &[Item::file("a", text)])];
    let images =
        ["amd64", "arm64"].map(|name| (name, image(&workspace, "image", name, &layers(name))));
    let entry = index(&workspace, "image", &images);
    let digest = entry["digest"].as_str().unwrap().to_owned();
    let path = layout(&workspace, "image", &[entry]);
    let Contents::Index(index) = read_one(&path).contents else {
        unreachable!();
    };
    assert_eq!(index.digest.to_string(), digest);
    let architectures = index.images.iter().map(|image| &*image.architecture);
    assert_eq!(architectures.collect::<Vec<_>>(), ["amd64", "arm64"]);
    let source = Source {
        path: &path,
        name: "name",
        platform: Some("linux/arm64"),
    };
    let one = read(&[source]).unwrap().remove(0);
    assert_eq!(one.contents, Contents::Image(index.images[1].clone()));
}

#[test]
fn an_archive_of_docker_has_the_same_files() {
    let workspace = Workspace::new();
    let items = [Item::file("etc/a", "1"), Item::symlink("b", "etc/a")];
    let layers = [layer("base", &items)];
    let archive = single(read_one(&saved(&workspace, "image.tar", &layers)));
    let entry = image(&workspace, "image", "amd64", &layers);
    let path = layout(&workspace, "image", &[entry]);
    let mut directory = single(read_one(&path));
    assert_eq!(archive.digest, archive.config);
    assert_eq!(archive.layers[0].digest, archive.layers[0].diff_id);
    // These differ: the archive has neither a manifest nor compressed layers.
    directory.digest = archive.digest;
    directory.config = archive.config;
    directory.annotations.clear();
    let layer = &mut directory.layers[0];
    layer.digest = layer.diff_id;
    (layer.size, layer.media_type) = (archive.layers[0].size, archive.layers[0].media_type.clone());
    assert_eq!(directory, archive);
}

#[test]
fn a_layer_of_both_sides_is_read_once() {
    let workspace = Workspace::new();
    let (shared, below) = ([Item::file("a", "1")], [Item::file("b", "2")]);
    let old = image(&workspace, "old", "amd64", &[layer("shared", &shared)]);
    let new = image(
        &workspace,
        "new",
        "amd64",
        &[layer("below", &below), layer("shared", &shared)],
    );
    let paths = [
        layout(&workspace, "old", &[old]),
        layout(&workspace, "new", &[new]),
    ];
    let sources = paths.each_ref().map(|path| Source {
        path,
        name: "name",
        platform: None,
    });
    let together = read(&sources).unwrap();
    let alone: Vec<_> = paths.iter().map(|path| read_one(path)).collect();
    assert_eq!(together, alone);
    // A second reading of the layer, in the other image, would find the damage.
    let digest = match &alone[0].contents {
        Contents::Image(image) => image.layers[0].digest.hex(),
        Contents::Index(_) => String::new(),
    };
    workspace.write(&format!("new/blobs/sha256/{digest}"), "damaged");
    assert_eq!(read(&sources).unwrap(), together);
}

#[test]
fn other_files() {
    let workspace = Workspace::new();
    workspace.write("text", "no archive");
    let path = workspace.path("text");
    let source = Source {
        path: &path,
        name: "text",
        platform: None,
    };
    let error = read(&[source]).unwrap_err().to_string();
    assert!(error.starts_with("cannot open image `"), "{error}");
    let empty = layout(&workspace, "empty", &[]);
    let source = Source {
        path: &empty,
        name: "empty",
        platform: None,
    };
    let error = read(&[source]).unwrap_err().to_string();
    assert!(error.ends_with("it contains no image"), "{error}");
}
