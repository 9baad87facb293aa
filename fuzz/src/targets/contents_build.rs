//! Contents of images from the files of a build, and the SBOMs of any contents file.

use blob::Digest;
use contents_from_build::{image, BuiltImage, BuiltLayer, BuiltPart, Source};
use image_contents::{Contents, Image};
use sbom::{render, Creator, Format, Subject};
use serde_json::json;

use super::{parts, same, seeded, target, Outcome, Target};

const FILES: &[&str] = &[
    "./usr/a type=file mode=0644 uid=0 gid=0 time=0.0 size=1 sha256digest=",
    "./var/lib/dpkg/status.d/a type=file",
    "type=link mode=0777 uid=0 gid=0 link=\\040",
    "deb a 1 amd64",
    "busybox",
    "pkg:generic/nodejs@1?checksum=sha256:&download_url=https://example.org/%ff",
    "\"documents_of\":\"a\"",
    "\"copyright\":\"Files: *\\nLicense: MIT\\n\"",
    "{\"archives\":{},\"name\":\"nodejs\",\"supplier\":\"Organization: A\"}",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("contents_build", FILES, build),
        seeded(
            "contents_diff",
            target("contents_sbom", &["LicenseRef-", "\"sha1\":"], sboms),
        ),
    ]
}

/// A content list, details, a history text, a package URL and a lock.
fn build(input: &[u8]) -> Outcome {
    let parts = parts(input);
    let part = |at: usize| parts.get(at).map(Vec::as_slice).unwrap_or_default();
    let text = |at: usize| String::from_utf8_lossy(part(at)).into_owned();
    let digest = Digest::of(b"").to_string();
    let media_type = "application/vnd.oci.image.layer.v1.tar";
    let metadata = json!({
        "annotations": {"com.google.distroless.purl": text(3)}, "diff_id": digest, "digest": digest,
        "history": {"created_by": text(2)}, "mediaType": media_type, "name": "l", "size": 1,
    });
    let mut metadata = metadata;
    if part(3).is_empty() {
        metadata["annotations"] = json!({});
    }
    let config = json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [digest]}, "history": [{"created_by": text(2)}],
    })
    .to_string();
    let manifest = json!({
        "schemaVersion": 2,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": Digest::of(config.as_bytes()).to_string(), "size": config.len(),
        },
        "layers": [{"mediaType": media_type, "digest": digest, "size": 1}],
    })
    .to_string();
    let metadata = metadata.to_string();
    let source = |text| Source { file: "a", text };
    let built = |is_whole| BuiltPart {
        metadata: source(metadata.as_bytes()),
        mtree: source(part(0)),
        details: Some(part(1)).filter(|text| !text.is_empty()).map(source),
        is_whole,
    };
    for merged in [Vec::new(), vec![built(true), built(false)]] {
        let locks = Some(part(4)).filter(|text| !text.is_empty());
        let found = image(&BuiltImage {
            name: "a",
            manifest: source(manifest.as_bytes()),
            config: source(config.as_bytes()),
            descriptor: None,
            layers: vec![BuiltLayer {
                layer: built(true),
                merged,
            }],
            locks: locks.into_iter().map(source).collect(),
        });
        if let Ok(found) = found {
            round_trip(&found)?;
            documents(&Contents::Image(found))?;
        }
    }
    Ok(())
}

fn round_trip(image: &Image) -> Outcome {
    let contents = Contents::Image(image.clone());
    let bytes = contents.to_json().map_err(|error| error.to_string())?;
    let again = Contents::parse("a", &bytes).map_err(|error| error.to_string())?;
    same("contents", &again, &contents)
}

/// A contents file, which may be of another program.
fn sboms(input: &[u8]) -> Outcome {
    match Contents::parse("a", input) {
        Ok(contents) => documents(&contents),
        Err(_) => Ok(()),
    }
}

/// The SBOM in each format is JSON, or all have the same error.
fn documents(contents: &Contents) -> Outcome {
    let creator = Creator {
        tool: "fuzz".to_owned(),
        version: "1".to_owned(),
        organization: None,
    };
    let mut errors = Vec::new();
    for format in [
        Format::Spdx2,
        Format::Spdx3,
        Format::CycloneDx16,
        Format::CycloneDx17,
    ] {
        match render(Subject::from(contents), &creator, format) {
            Ok(text) => {
                serde_json::from_slice::<serde_json::Value>(&text)
                    .map_err(|error| error.to_string())?;
                errors.push(None);
            }
            Err(error) => errors.push(Some(error.to_string())),
        }
    }
    errors.dedup();
    match errors.len() {
        1 => Ok(()),
        _ => Err(format!("formats disagree: {errors:?}")),
    }
}
