//! The files of a small build.

use std::collections::BTreeMap;

use blob::{Digest, Result};
use contents_from_build::{image, BuiltImage, BuiltLayer, BuiltPart, Source};
use image_contents::{Content, Image, Layer};
use layer_details::{LayerDetails, PackageDetails};
use serde_json::{json, Value};

/// A layer, or one that is merged into another.
#[derive(Clone, Default)]
pub(super) struct Part {
    pub(super) created_by: &'static str,
    /// Paths; a directory ends with `/`, and `a -> b` is a link.
    pub(super) paths: Vec<&'static str>,
    pub(super) details: Option<LayerDetails>,
    pub(super) annotations: BTreeMap<&'static str, &'static str>,
    pub(super) is_partial: bool,
    pub(super) merged: Vec<Part>,
}

/// The text of the files of a part.
struct Files {
    metadata: Vec<u8>,
    mtree: Vec<u8>,
    details: Option<Vec<u8>>,
    is_whole: bool,
}

impl Part {
    pub(super) fn new(created_by: &'static str, paths: &[&'static str]) -> Self {
        Self {
            created_by,
            paths: paths.to_vec(),
            ..Self::default()
        }
    }

    pub(super) fn packages(mut self, packages: &[&str]) -> Self {
        let details = self.details.get_or_insert_default();
        details.packages = packages.iter().map(|name| package(name)).collect();
        self
    }

    pub(super) fn digest(&self) -> Digest {
        Digest::of(format!("{} {:?}", self.created_by, self.paths).as_bytes())
    }

    fn files(&self) -> Files {
        let digest = self.digest().to_string();
        let metadata = json!({
            "annotations": self.annotations, "diff_id": digest, "digest": digest,
            "history": {"created_by": self.created_by},
            "mediaType": "application/vnd.oci.image.layer.v1.tar", "name": "l", "size": 7,
        });
        let details = self.details.as_ref();
        Files {
            metadata: metadata.to_string().into_bytes(),
            mtree: self
                .paths
                .iter()
                .map(|path| line(path))
                .collect::<String>()
                .into_bytes(),
            details: details.map(|details| details.to_json().unwrap()),
            is_whole: !self.is_partial,
        }
    }
}

fn line(path: &str) -> String {
    let hex = Digest::of(path.as_bytes()).hex();
    let rest = "uid=0 gid=0 time=0.0";
    if let Some((path, target)) = path.split_once(" -> ") {
        return format!("./{path} type=link mode=0777 {rest} link={target}\n");
    }
    match path.strip_suffix('/') {
        Some(path) => format!("./{path} type=dir mode=0755 {rest}\n"),
        None => format!("./{path} type=file mode=0644 {rest} size=1 sha256digest={hex}\n"),
    }
}

/// The details of `NAME`, version 1 of source package `src`.
pub(super) fn package(name: &str) -> PackageDetails {
    PackageDetails {
        architecture: "amd64".to_owned(),
        changelog: None,
        copyright: Some(format!("The copyright of {name}.")),
        documents_of: None,
        homepage: Some("https://example.org/".to_owned()),
        maintainer: Some("A <a@example.org>".to_owned()),
        name: name.to_owned(),
        section: Some("libs".to_owned()),
        sha256: Digest::of(name.as_bytes()),
        size: 9,
        source: "src".to_owned(),
        source_version: "2".to_owned(),
        version: "1".to_owned(),
    }
}

/// The documents of an image with layers; the configuration has `"os"` and the given fields.
pub(super) struct Build {
    pub(super) manifest: Value,
    pub(super) config: Value,
    pub(super) parts: Vec<Part>,
    pub(super) locks: Vec<String>,
}

impl Build {
    pub(super) fn new(parts: Vec<Part>) -> Self {
        let digests = parts.iter().map(|part| part.digest().to_string());
        let digests: Vec<_> = digests.collect();
        let history = parts
            .iter()
            .map(|part| json!({"created_by": part.created_by}));
        let config = json!({
            "architecture": "amd64", "os": "linux", "created": "2026-11-21T02:34:56.5Z",
            "config": {"User": "65532", "Labels": {"a": "b"}, "Env": ["A=b"]},
            "rootfs": {"type": "layers", "diff_ids": digests},
            "history": history.collect::<Vec<_>>(),
        });
        let layers = digests.iter().map(|digest| {
            json!({"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest, "size": 7})
        });
        let text = config.to_string();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "annotations": {"org.opencontainers.image.vendor": "V"},
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": Digest::of(text.as_bytes()).to_string(), "size": text.len(),
            },
            "layers": layers.collect::<Vec<_>>(),
        });
        Self {
            manifest,
            config,
            parts,
            locks: Vec::new(),
        }
    }

    pub(super) fn image(&self) -> Result<Image> {
        let (manifest, config) = (self.manifest.to_string(), self.config.to_string());
        let files = self.parts.iter().map(|part| {
            let merged: Vec<_> = part.merged.iter().map(Part::files).collect();
            (part.files(), merged)
        });
        let files: Vec<_> = files.collect();
        let layers = files.iter().map(|(layer, merged)| BuiltLayer {
            layer: built(layer),
            merged: merged.iter().map(built).collect(),
        });
        let locks = self
            .locks
            .iter()
            .map(|lock| source("lock", lock.as_bytes()));
        image(&BuiltImage {
            name: "static:debian12",
            manifest: source("manifest.json", manifest.as_bytes()),
            config: source("config.json", config.as_bytes()),
            descriptor: None,
            layers: layers.collect(),
            locks: locks.collect(),
        })
    }
}

pub(super) fn source<'a>(file: &'a str, text: &'a [u8]) -> Source<'a> {
    Source { file, text }
}

fn built(files: &Files) -> BuiltPart<'_> {
    BuiltPart {
        metadata: source("layer.json", &files.metadata),
        mtree: source("mtree", &files.mtree),
        details: files
            .details
            .as_ref()
            .map(|text| source("details.json", text)),
        is_whole: files.is_whole,
    }
}

/// The entries of a layer by owner, one line each.
pub(super) fn owners(layer: &Layer) -> Vec<String> {
    let paths = |entries: &[image_contents::Entry]| {
        let paths = entries.iter().map(|entry| match &entry.content {
            Content::Link { target } => format!("{} -> {target}", entry.path),
            Content::Directory => format!("{}/", entry.path),
            Content::File { .. } => entry.path.clone(),
        });
        paths.collect::<Vec<_>>().join(" ")
    };
    let packages = layer.packages.iter().map(|package| {
        let whole = if package.is_whole { "" } else { " (part)" };
        format!("{}{whole}: {}", package.id, paths(&package.entries))
    });
    let runtimes = layer.runtimes.iter().map(|runtime| {
        format!(
            "{} {}: {}",
            runtime.name,
            runtime.version,
            paths(&runtime.entries)
        )
    });
    let others = Some(&layer.entries).filter(|entries| !entries.is_empty());
    let others = others.map(|entries| format!("-: {}", paths(entries)));
    packages.chain(runtimes).chain(others).collect()
}
