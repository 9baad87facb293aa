//! Loads an image into podman, by its program.

use std::collections::HashSet;

use blob::Result;

use super::archive::Archive;
use super::image::{machine, Image};
use super::program::Program;
use super::request::{Loaded, Request};

const PODMAN: Program = Program {
    name: "podman",
    hint: "install podman, or load into `oci-archive:FILE`",
};

/// Loads an image, unless podman has one with the same configuration, and gives it its names.
pub(super) fn load(request: &Request<'_>) -> Result<Vec<Loaded>> {
    let requested = request.platform.as_ref();
    let image = Image::choose(request.source, request.root, requested, &machine())?;
    // podman's ID of an image is the digest of its configuration.
    let id = image.config_blob.digest.hex();
    let is_there = PODMAN.ask(&["image", "exists", &id])?.is_success;
    if !is_there {
        // podman loads an archive with one entry only.
        let first: Vec<_> = request.names.iter().take(1).collect();
        let archive = Archive::of(request.source, &image, &first, &HashSet::new())?;
        PODMAN.feed(&["load", "--quiet"], &mut archive.reader())?;
    }
    let before = if is_there {
        PODMAN.run(&[
            "image",
            "inspect",
            "--format",
            "{{join .RepoTags \"\\n\"}}",
            &id,
        ])?
    } else {
        String::new()
    };
    let digest = image.manifest_blob.digest;
    let mut loaded = Vec::new();
    for name in &request.names {
        let is_unchanged = before.lines().any(|tag| name.is(tag));
        if !is_unchanged {
            PODMAN.run(&["tag", &id, &name.full()])?;
        }
        loaded.push(Loaded {
            name: name.text().to_owned(),
            digest,
            is_unchanged,
        });
    }
    if loaded.is_empty() {
        loaded.push(Loaded {
            name: image.config_blob.digest.to_string(),
            digest,
            is_unchanged: is_there,
        });
    }
    Ok(loaded)
}
