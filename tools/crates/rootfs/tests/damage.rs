//! Layouts whose descriptors and documents are wrong: every error is found.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs::{self, OpenOptions};

use rootfs::{Image, ImageExt, Raw, Visitor};
use serde_json::{json, Value};
use support::{Layout, INDEX, LAYER};
use testkit::{compress, tar, Item, Noise, Workspace};

fn plain() -> Vec<u8> {
    tar(&[Item::file("x", "content"), Item::file("y", "more")])
}

/// A layout whose only layer has this descriptor.
fn with_layer(layout: Layout, descriptor: Value) -> Layout {
    let id = blob::Digest::of(&plain()).to_string();
    let entry = layout.image("amd64", vec![(descriptor, id)]);
    layout.add(entry)
}

#[test]
fn blobs_that_contradict_their_descriptor() {
    for (change, message) in [
        (
            (|bytes| bytes.truncate(20)) as fn(&mut Vec<u8>),
            "its descriptor says SIZE bytes, it has 20",
        ),
        (
            |bytes| bytes.push(0),
            "its descriptor says SIZE bytes, it has SIZE+1",
        ),
        // The operating system in the gzip header: only the digest covers it.
        (
            |bytes| bytes[9] ^= 0x55,
            "its bytes are those of `FOUND`, not of `LAYER`",
        ),
        (
            |bytes| bytes[30] ^= 0x55,
            "its bytes are those of `FOUND`, not of `LAYER`",
        ),
        (
            |bytes| bytes.fill(0),
            "its bytes are those of `FOUND`, not of `LAYER`",
        ),
    ] {
        let layout = Layout::new();
        let (descriptor, _) = layout.layer(".gz", &plain());
        let digest = descriptor["digest"].as_str().unwrap().to_owned();
        let size = descriptor["size"].as_u64().unwrap();
        let path = layout.blob_path(&digest);
        let mut bytes = fs::read(&path).unwrap();
        change(&mut bytes);
        fs::write(&path, &bytes).unwrap();
        let found = blob::Digest::of(&bytes).to_string();
        let expected = message
            .replace("SIZE+1", &(size + 1).to_string())
            .replace("SIZE", &size.to_string())
            .replace("FOUND", &found)
            .replace("LAYER", &digest);
        let layout = with_layer(layout, descriptor);
        assert_eq!(
            layout.error(),
            format!("cannot read layer `{digest}`: {expected}")
        );
    }
}

#[test]
fn damaged_layers_with_a_correct_digest() {
    let truncated = &plain()[..1024 + 100];
    let mut garbage = compress(".gz", &plain());
    let middle = garbage.len() / 2;
    garbage.truncate(middle);
    for (media_type, bytes, message) in [
        (
            "+gzip",
            compress(".gz", &tar(&[Item::file("z", "")])),
            "its unpacked bytes are those of `",
        ),
        (
            "",
            truncated.to_vec(),
            "cannot read entry `at byte 1024`: the archive is truncated",
        ),
        ("+gzip", garbage, "cannot read entry `"),
        (
            "",
            b"no tar".repeat(100),
            "cannot read entry `at byte 0`: its header checksum is wrong",
        ),
        (
            "+xz",
            plain(),
            "media type: `application/vnd.oci.image.layer.v1.tar+xz` is not that of a layer",
        ),
    ] {
        let layout = Layout::new();
        let descriptor = layout.blob(&format!("{LAYER}{media_type}"), &bytes);
        let digest = descriptor["digest"].as_str().unwrap().to_owned();
        let error = with_layer(layout, descriptor).error();
        let expected = format!("cannot read layer `{digest}`: {message}");
        assert!(error.starts_with(&expected), "{error}\n{expected}");
    }
}

#[test]
fn a_swapped_diff_id() {
    let mut layout = Layout::new();
    let lower = layout.layer(".gz", &tar(&[Item::file("a", "")]));
    let upper = layout.layer(".gz", &tar(&[Item::file("b", "")]));
    let swapped = vec![
        (lower.0.clone(), upper.1.clone()),
        (upper.0, lower.1.clone()),
    ];
    let entry = layout.image("amd64", swapped);
    layout.entries.push(entry);
    assert_eq!(
        layout.finish().error(),
        format!(
            "cannot read layer `{}`: its unpacked bytes are those of `{}`, the config's diff_id is `{}`",
            lower.0["digest"].as_str().unwrap(),
            lower.1,
            upper.1
        )
    );
}

#[test]
fn compression_that_contradicts_the_media_type() {
    for (suffix, ending, message) in [
        (
            "+gzip",
            "",
            "its media type means gzip, but its bytes are a plain tar",
        ),
        (
            "",
            ".gz",
            "its media type means a plain tar, but its bytes are gzip",
        ),
        (
            "+gzip",
            ".zst",
            "its media type means gzip, but its bytes are zstd",
        ),
    ] {
        let layout = Layout::new();
        let descriptor = layout.blob(&format!("{LAYER}{suffix}"), &compress(ending, &plain()));
        let digest = descriptor["digest"].as_str().unwrap().to_owned();
        let root = with_layer(layout, descriptor).root();
        assert_eq!(root.problems(), [format!("layer `{digest}`: {message}")]);
        assert!(root.get("x").is_some());
    }
}

#[test]
fn missing_blobs() {
    let layout = Layout::of(".gz", &[&[Item::file("x", "")]]);
    let manifest = layout.entries[0]["digest"].as_str().unwrap().to_owned();
    let image = layout.open();
    let layer = image.layers()[0].name.clone();
    let config = image.manifest().unwrap().config().digest().to_string();
    let gone = |digest: &str| {
        let path = layout.blob_path(digest);
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let error = layout
            .error()
            .replace(&layer, "LAYER")
            .replace(&config, "CONFIG");
        fs::write(&path, bytes).unwrap();
        let hex = digest.strip_prefix("sha256:").unwrap();
        error.replace(&manifest, "MANIFEST").replace(hex, "HEX")
    };
    let missing = "cannot read `IMAGE/blobs/sha256/HEX`: No such file or directory (os error 2)";
    assert_eq!(
        gone(&layer),
        format!("cannot read layer `LAYER`: {missing}")
    );
    assert_eq!(
        gone(&config),
        format!("cannot open image `IMAGE`: cannot read config `CONFIG`: {missing}")
    );
    assert_eq!(
        gone(&manifest),
        format!("cannot open image `IMAGE`: cannot read manifest `MANIFEST`: {missing}")
    );
}

#[test]
fn contradictory_documents() {
    let layout = Layout::of(".gz", &[&[Item::file("x", "")]]);
    let manifest = layout.entries[0]["digest"].as_str().unwrap().to_owned();
    let path = layout.blob_path(&manifest);
    let before = fs::read(&path).unwrap();
    let changed = |change: fn(&mut Vec<u8>)| {
        let mut bytes = before.clone();
        change(&mut bytes);
        fs::write(&path, &bytes).unwrap();
        layout.error().replace(&manifest, "MANIFEST")
    };
    assert!(changed(|bytes| bytes[3] ^= 1).starts_with(
        "cannot open image `IMAGE`: cannot read manifest `MANIFEST`: its bytes are those of `sha256:"
    ));
    let size = before.len();
    assert_eq!(
        changed(|bytes| bytes.push(b' ')),
        format!("cannot open image `IMAGE`: cannot read manifest `MANIFEST`: its descriptor says {size} bytes, it has {}", size + 1)
    );
    fs::write(&path, &before).unwrap();
    for (file, text, message) in [
        ("oci-layout", r#"{"imageLayoutVersion":"2.0"}"#, "cannot read `oci-layout`: layout version: expected `1.0.0`, found `2.0`"),
        ("index.json", r#"{"schemaVersion":3,"manifests":[]}"#, "cannot read `index.json`: at `schemaVersion`: expected 2, found 3"),
        ("index.json", r#"{"schemaVersion":2,"manifests":[]}"#, "it contains no image"),
        ("index.json", r#"{"schemaVersion":2,"manifests":{}}"#, "cannot read `index.json`: at `manifests`: invalid type: map, expected a sequence at line 1 column 31"),
        ("index.json", "\u{0}", "cannot read `index.json`: expected value at line 1 column 1"),
    ] {
        let path = layout.file(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, text).unwrap();
        assert_eq!(layout.error(), format!("cannot open image `IMAGE`: {message}"));
        fs::write(&path, before).unwrap();
    }
    layout.open();
}

#[test]
fn decompression_bombs_are_refused() {
    // A descriptor of 1 TiB, an index of 1 TiB (sparse), and deeply nested indexes.
    let layout = Layout::new();
    let mut config = layout.config("amd64", &[]);
    config["size"] = json!(1_u64 << 40);
    let manifest = json!({"schemaVersion": 2, "config": config, "layers": []});
    let entry = layout.blob(support::MANIFEST, manifest.to_string().as_bytes());
    let digest = config["digest"].as_str().unwrap().to_owned();
    assert_eq!(
        layout.add(entry).error(),
        format!("cannot open image `IMAGE`: cannot read config `{digest}`: it has 1099511627776 bytes, at most 4194304 are read")
    );

    let layout = Layout::new().finish();
    let index = OpenOptions::new()
        .write(true)
        .open(layout.file("index.json"));
    index.unwrap().set_len(1 << 40).unwrap();
    assert_eq!(
        layout.error(),
        "cannot open image `IMAGE`: cannot read `index.json`: it has 1099511627776 bytes, at most 4194304 are read"
    );

    let mut layout = Layout::new();
    let mut entry = layout.image("amd64", Vec::new());
    for _ in 0..6 {
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]});
        entry = layout.blob(INDEX, index.to_string().as_bytes());
    }
    layout.entries.push(entry);
    let error = layout.finish().error();
    assert!(
        error.ends_with("`: it is nested in more than 4 other indexes"),
        "{error}"
    );
}

/// Requests the same part of every file.
struct Everything(rootfs::ContentPart);

impl Visitor for Everything {
    fn content_part(&mut self, _: usize, _: &tarball::Entry) -> rootfs::ContentPart {
        self.0
    }
    fn entry(&mut self, _: usize, _: &tarball::Entry, _: &[u8]) -> blob::Result<()> {
        Ok(())
    }
}

#[test]
fn content_that_is_stated_but_missing() {
    for (size, part, message) in [
        (
            1 << 20,
            rootfs::ContentPart::All,
            "the archive is truncated",
        ),
        (
            1 << 35,
            rootfs::ContentPart::Head(1 << 20),
            "the archive is truncated",
        ),
        (
            1 << 35,
            rootfs::ContentPart::All,
            "it has 34359738368 bytes, the limit is 167772160",
        ),
    ] {
        let bytes = tar(&[Item::file("x", "few").claiming(size)]);
        let layout = Layout::new();
        let descriptor = layout.blob(LAYER, &bytes);
        let digest = descriptor["digest"].as_str().unwrap().to_owned();
        let layout = with_layer(layout, descriptor);
        let error = layout
            .open()
            .read(&mut [&mut Everything(part)])
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot read layer `{digest}`: cannot read entry `x`: {message}")
        );
    }
}

#[test]
fn a_visitor_may_refuse() {
    struct Refuses;
    impl Visitor for Refuses {
        fn raw(&mut self, _: usize, raw: &Raw) -> blob::Result<()> {
            let name = String::from_utf8_lossy(&raw.name);
            Err(blob::Error::cannot("like", name, "it is a file"))
        }
        fn entry(&mut self, _: usize, _: &tarball::Entry, _: &[u8]) -> blob::Result<()> {
            Ok(())
        }
    }
    let layout = Layout::of(".gz", &[&[Item::file("x", ""), Item::file("y", "")]]);
    let error = layout.open().read(&mut [&mut Refuses]).unwrap_err();
    assert_eq!(error.to_string(), "cannot like `x`: it is a file");
}

#[test]
fn archives_with_truncated_members() {
    let layout = Layout::of(".gz", &[&[Item::file("x", "")]]);
    let archive = layout.archive();
    let workspace = Workspace::new();
    for length in [700, 1024, 1600, 2048] {
        workspace.write("cut.tar", &archive[..length]);
        let path = workspace.path("cut.tar");
        let error = Image::open(&path, None).unwrap_err().to_string();
        assert!(error.starts_with("cannot open image `"), "{error}");
    }
}

#[test]
fn damaged_input_never_panics() {
    let layout = Layout::new();
    let mut noise = Noise::new(11);
    let bytes = tar(&[
        Item::directory("d"),
        Item::file("d/f", "some content"),
        Item::symlink("l", "d"),
        Item::hardlink("l/h", "d/f"),
        Item::file("d/.wh.f", ""),
    ]);
    for _ in 0..400 {
        let mut bytes = bytes.clone();
        for _ in 0..=noise.below(4) {
            let header = 512 * noise.below(6);
            bytes[header + noise.below(345)] = noise.next_number() as u8;
            let sum = |block: &[u8]| block.iter().map(|byte| u32::from(*byte)).sum::<u32>();
            bytes[header + 148..header + 156].copy_from_slice(b"        ");
            let sum = sum(&bytes[header..header + 512]);
            bytes[header + 148..header + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let descriptor = layout.blob(LAYER, &bytes);
        let id = blob::Digest::of(&bytes).to_string();
        let entry = layout.image("amd64", vec![(descriptor, id)]);
        let index = json!({"schemaVersion": 2, "manifests": [entry]});
        fs::write(layout.file("index.json"), index.to_string()).unwrap();
        let _ = layout.open().read(&mut []);
    }
}
