//! Documents of OCI images, and images read from archives and directories.

use std::collections::BTreeSet;
use std::path::Path;

use blob::{Blob, Result};
use oci::{Base, Created, Document, LayerMetadata, Pairs, Platform, RefName, Settings, Tag};
use rootfs::{ContentPart, Image, ImageExt, Raw, Visitor};
use tarball::Entry;

use super::{parts, repaired, target, text, write, Outcome, Target};

const JSON: &[&str] = &[
    "{}",
    "[]",
    "\"\"",
    "null",
    "true",
    "1e9",
    "\\u0000",
    "\\ud800",
    "\"config\":",
    "\"layers\":",
    "\"annotations\":",
    "\"mediaType\":",
    "\"platform\":",
    "sha256:",
    "\"size\":-1",
    "[[[[",
    "{\"a\":",
];
const TAR: &[&str] = &[
    "ustar\u{0}00",
    ".wh.",
    ".wh..wh..opq",
    "./",
    "../",
    "manifest.json",
    "oci-layout",
    "index.json",
    "blobs/sha256/",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("oci_documents", JSON, documents),
        target("oci_layer_metadata", JSON, |input| {
            if let Ok(metadata) = LayerMetadata::parse("layer.json", input) {
                let image = oci::image(&settings()?, None, std::slice::from_ref(&metadata));
                let index = image.map(|_| ());
                let _ = (index, metadata.blob());
            }
            Ok(())
        }),
        target("oci_base", JSON, base),
        target(
            "oci_words",
            &[
                "linux/",
                "amd64",
                "/v8",
                "docker.io/",
                ":5000/",
                "@sha256:",
                "T00:00:00Z",
                "=",
                "+01:00",
            ],
            words,
        ),
        repaired(target("image_archive", TAR, archive)),
        repaired(target("image_layout", JSON, layout)),
        repaired(target("image_layer", TAR, layer)),
        target("image_names", &["\\x", "\\", "%", "..", "/"], |input| {
            let spelled = rootfs::escape(input);
            let _ = (rootfs::lexical(&spelled), rootfs::unescape(&text(input)));
            super::same(
                "name",
                &rootfs::unescape(&spelled).into_owned(),
                &input.to_vec(),
            )
        }),
    ]
}

fn documents(input: &[u8]) -> Outcome {
    let _ = (
        oci::read_config("a", input),
        oci::read_manifest("a", input),
        oci::read_index("a", input),
    );
    let _ = (oci::read_layout("a", input), oci::read_saved("a", input));
    if let Ok(descriptor) = oci::read_descriptor("a", input) {
        let bytes = oci::descriptor_bytes(&descriptor).map_err(|error| error.to_string())?;
        oci::read_descriptor("a", &bytes).map_err(|error| format!("descriptor: {error}"))?;
    }
    Ok(())
}

fn settings() -> std::result::Result<Settings, String> {
    let none = || Pairs::parse("env", &[]).map_err(|error| error.to_string());
    Ok(Settings {
        platform: Platform::parse("linux/amd64").map_err(|error| error.to_string())?,
        created: None,
        env: none()?,
        entrypoint: vec!["/a".to_owned()],
        cmd: Vec::new(),
        user: None,
        workdir: None,
        labels: none()?,
        annotations: none()?,
        base_name: None,
        is_base: false,
        whole: false,
    })
}

/// A config and a manifest of it.
fn base(input: &[u8]) -> Outcome {
    let mut parts = parts(input).into_iter();
    let (Some(config), Some(manifest)) = (parts.next(), parts.next()) else {
        return Ok(());
    };
    if let Ok(base) = Base::read(
        &Document::new("config", config),
        &Document::new("manifest", manifest),
    ) {
        let _ = oci::image(&settings()?, Some(&base), &[]);
    }
    Ok(())
}

fn words(input: &[u8]) -> Outcome {
    let text = text(input);
    let _ = (
        Tag::parse(&text),
        RefName::parse(&text),
        Created::parse(&text),
    );
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let _ = Pairs::parse("env", &lines);
    if let Ok(platform) = Platform::parse(&text) {
        super::same("platform", &platform.to_string(), &text)?;
    }
    Ok(())
}

/// Takes the first bytes of every file.
struct Everything;

impl Visitor for Everything {
    fn raw(&mut self, _layer: usize, _raw: &Raw) -> Result<()> {
        Ok(())
    }

    fn content_part(&mut self, _layer: usize, _entry: &Entry) -> ContentPart {
        ContentPart::Head(4096)
    }

    fn entry(&mut self, _layer: usize, _entry: &Entry, _content: &[u8]) -> Result<()> {
        Ok(())
    }
}

fn read(path: &Path) {
    let Ok(image) = Image::open(path, None) else {
        return;
    };
    let Ok(root) = image.read(&mut [&mut Everything]) else {
        return;
    };
    for (path, node) in root.iter().take(100) {
        let _ = (root.resolve(path), node.kind.noun());
    }
    let inodes: BTreeSet<_> = root
        .iter()
        .take(100)
        .filter_map(|(_, node)| node.inode)
        .collect();
    let _ = (
        image.read_again(&inodes, 4096, &mut |_, _| Ok(())),
        root.problems().len(),
    );
}

fn archive(input: &[u8]) -> Outcome {
    let directory = super::fresh_directory()?;
    let path = directory.path().join("image.tar");
    write(&path, input)?;
    read(&path);
    Ok(())
}

fn layout(input: &[u8]) -> Outcome {
    let directory = super::fresh_directory()?;
    write_layout(directory.path(), input)?;
    read(directory.path());
    Ok(())
}

/// A layout whose blobs are all parts but the last, its `index.json`.
pub(super) fn write_layout(directory: &Path, input: &[u8]) -> Outcome {
    let mut parts = parts(input);
    let version = br#"{"imageLayoutVersion":"1.0.0"}"#;
    write(&directory.join("oci-layout"), version)?;
    let index = parts.pop().unwrap_or_default();
    write(&directory.join("index.json"), &index)?;
    for part in parts {
        let name = Blob::of(&part).digest.hex();
        write(&directory.join("blobs/sha256").join(name), &part)?;
    }
    Ok(())
}

/// The input as the only layer.
fn layer(input: &[u8]) -> Outcome {
    let text = include_str!("../../seeds/image_layout/plain");
    let (_, documents) = text.split_once("\n---\n").ok_or("the seed has no parts")?;
    layout(&[input, b"\n---\n", documents.as_bytes()].concat())
}
