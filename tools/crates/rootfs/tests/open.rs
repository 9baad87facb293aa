//! The choice of an image, and the errors for archives without one.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use rootfs::{Image, ImageExt};
use serde_json::json;
use support::{listing, Layout, INDEX};
use testkit::{compress, tar, Item, Workspace};

fn layers(layout: &Layout, name: &str) -> Vec<(serde_json::Value, String)> {
    vec![layout.layer(".gz", &tar(&[Item::file(name, "")]))]
}

fn names(image: &Image) -> String {
    listing(&image.read(&mut []).unwrap())
}

fn several() -> Layout {
    let mut layout = Layout::new();
    let mut entries = Vec::new();
    for (architecture, variant) in [("amd64", None), ("arm64", Some("v8")), ("arm", Some("v6"))] {
        let mut entry = layout.image(architecture, layers(&layout, architecture));
        entry["platform"]["variant"] = json!(variant);
        entries.push(entry);
    }
    let mut attestation = layout.image("none", layers(&layout, "none"));
    attestation["platform"] = json!({"os": "unknown", "architecture": "unknown"});
    entries.push(attestation);
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
    let nested = layout.blob(INDEX, index.to_string().as_bytes());
    layout.entries.push(nested);
    layout.finish()
}

#[test]
fn platforms_are_chosen() {
    let layout = several();
    for (platform, file) in [
        ("linux/amd64", "amd64"),
        ("linux/arm64", "arm64"),
        ("linux/arm64/v8", "arm64"),
        ("linux/arm", "arm"),
        ("linux/arm/v6", "arm"),
    ] {
        let image = Image::open(&layout.path(), Some(platform)).unwrap();
        assert_eq!(names(&image), format!("0 0644 {file} file 0\n"));
        assert_eq!(image.layers().len(), 1);
        let config = image.config().config().clone().unwrap();
        let ports = config.exposed_ports().clone().unwrap();
        assert_eq!(ports, ["443/tcp", "80/tcp"]);
    }
    for (platform, message) in [
        (
            None,
            "cannot open image `IMAGE`: it has 3 images, for linux/amd64, linux/arm/v6, linux/arm64/v8\n\
             hint: choose one with `--platform`",
        ),
        (
            Some("linux/s390x"),
            "cannot open image `IMAGE`: it has no image for `linux/s390x`, only for linux/amd64, linux/arm/v6, linux/arm64/v8",
        ),
        (
            Some("linux/arm/v7"),
            "cannot open image `IMAGE`: it has no image for `linux/arm/v7`, only for linux/amd64, linux/arm/v6, linux/arm64/v8",
        ),
        (
            Some("arm64"),
            "cannot read platform `arm64`: expected OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT\n\
             hint: write for example `linux/arm64`",
        ),
        (
            Some("linux//v7"),
            "cannot read platform `linux//v7`: expected OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT\n\
             hint: write for example `linux/arm64`",
        ),
    ] {
        let error = Image::open(&layout.path(), platform).unwrap_err();
        assert_eq!(layout.say(&error), message);
    }
}

#[test]
fn the_platform_comes_from_the_config_if_the_index_has_none() {
    let mut layout = Layout::new();
    let mut entry = layout.image("riscv64", layers(&layout, "x"));
    entry.as_object_mut().unwrap().remove("platform");
    // The same image under two names counts once.
    layout.entries.push(entry.clone());
    let layout = layout.add(entry);
    assert_eq!(names(&layout.open()), "0 0644 x file 0\n");
    assert!(Image::open(&layout.path(), Some("linux/riscv64")).is_ok());
    let error = Image::open(&layout.path(), Some("linux/amd64")).unwrap_err();
    assert_eq!(
        layout.say(&error),
        "cannot open image `IMAGE`: it has no image for `linux/amd64`, only for linux/riscv64"
    );
}

#[test]
fn two_images_of_one_platform() {
    let mut layout = Layout::new();
    for name in ["x", "y"] {
        let entry = layout.image("amd64", layers(&layout, name));
        layout.entries.push(entry);
    }
    let layout = layout.finish();
    let error = Image::open(&layout.path(), Some("linux/amd64")).unwrap_err();
    assert_eq!(
        layout.say(&error),
        "cannot open image `IMAGE`: it has 2 images for `linux/amd64`"
    );
}

#[test]
fn archives_of_layouts() {
    let layout = several();
    let workspace = Workspace::new();
    for ending in ["", ".gz", ".zst"] {
        let name = format!("image.tar{ending}");
        workspace.write(&name, compress(ending, &layout.archive()));
        let image = Image::open(&workspace.path(&name), Some("linux/arm64")).unwrap();
        assert_eq!(names(&image), "0 0644 arm64 file 0\n", "{ending}");
        assert!(image.manifest().is_some());
    }
}

fn saved(manifest: &serde_json::Value, more: &[Item]) -> Workspace {
    let layer = tar(&[Item::file("x", "1")]);
    let config = json!({
        "architecture": "arm64", "os": "linux", "config": {"Cmd": ["/x"]},
        "rootfs": {"type": "layers", "diff_ids": [blob::Digest::of(&layer).to_string()]},
    });
    let mut items = vec![
        Item::file("abc.json", config.to_string()),
        Item::directory("l1/"),
        Item::file("l1/layer.tar", &layer),
        Item::symlink("l2/layer.tar", "../l1/layer.tar"),
        Item::file("manifest.json", manifest.to_string()),
    ];
    items.extend_from_slice(more);
    let workspace = Workspace::new();
    workspace.write("image.tar", tar(&items));
    workspace
}

#[test]
fn docker_archives() {
    for layer in ["l1/layer.tar", "l2/layer.tar"] {
        let image = json!({"Config": "abc.json", "RepoTags": ["a:1"], "Layers": [layer]});
        let workspace = saved(&json!([image, image]), &[]);
        let image = Image::open(&workspace.path("image.tar"), Some("linux/arm64/v8")).unwrap();
        assert_eq!(names(&image), "0 0644 x file 1\n");
        assert!(image.manifest().is_none());
        assert_eq!(image.layers()[0].name, layer);
        let config = image.config().config().clone().unwrap();
        assert_eq!(config.cmd().clone().unwrap(), ["/x"]);
    }
}

#[test]
fn damaged_docker_archives() {
    for (manifest, message) in [
        (json!([]), "cannot open image `IMAGE`: it contains no image"),
        (
            json!([{"Config": "abc.json", "Layers": ["none/layer.tar"]}]),
            "cannot open image `IMAGE`: cannot read `none/layer.tar`: it is not in the archive",
        ),
        (
            json!([{"Config": "none.json", "Layers": []}]),
            "cannot open image `IMAGE`: cannot read `none.json`: it is not in the archive",
        ),
        (
            json!([{"Config": "abc.json", "Layers": 5}]),
            "cannot open image `IMAGE`: cannot read `manifest.json`: at `[0].Layers`: \
             invalid type: integer `5`, expected a sequence at line 1 column 32",
        ),
        (
            json!([{"Config": "loop", "Layers": []}]),
            "cannot open image `IMAGE`: cannot read `loop`: it is not in the archive",
        ),
    ] {
        let workspace = saved(&manifest, &[Item::symlink("loop", "loop")]);
        let path = workspace.path("image.tar");
        let error = Image::open(&path, None).unwrap_err().to_string();
        let error = error.replace(path.to_str().unwrap(), "IMAGE");
        assert_eq!(error, message);
    }
    let image = json!([{"Config": "abc.json", "Layers": ["l1/layer.tar", "l1/layer.tar"]}]);
    let workspace = saved(&image, &[]);
    let path = workspace.path("image.tar");
    let image = Image::open(&path, None).unwrap();
    let error = image.read(&mut []).unwrap_err().to_string();
    assert_eq!(
        error.replace(path.to_str().unwrap(), "IMAGE"),
        "cannot read image `IMAGE`: it has 2 layers, and its config 1 diff_ids"
    );
}

#[test]
fn files_that_are_not_images() {
    let workspace = Workspace::new();
    workspace.write("text", "x".repeat(600));
    workspace.write("empty.tar", tar(&[]));
    fs::create_dir(workspace.path("folder")).unwrap();
    let neither = "it has neither `oci-layout` nor `manifest.json`\n\
         hint: give an OCI layout directory, a tar of one, or the output of `docker save`";
    for (name, cause) in [
        ("none", "No such file or directory (os error 2)"),
        (
            "text",
            "cannot read entry `at byte 0`: its header checksum is wrong",
        ),
        ("empty.tar", neither),
        ("folder", neither),
    ] {
        let path = workspace.path(name);
        let error = Image::open(&path, None).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("cannot open image `{}`: {cause}", path.display())
        );
    }
}
