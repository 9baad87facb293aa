//! Loads an image into Docker, by the API of its engine (<https://docs.docker.com/reference/api/engine/>).

mod engine;
mod host;
mod layers;
mod socket;

use std::collections::HashSet;

use blob::{Digest, Error, Result};
use oci::Platform;
use serde::Deserialize;

use self::engine::Engine;
use self::layers::known_layers;
use super::archive::Archive;
use super::image::{machine, Image};
use super::name::Name;
use super::request::{Loaded, Request};

/// An image of the engine.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    id: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
}

/// Loads an image, unless the engine has it, and gives it its names. Layers that the engine has are left out.
pub(super) fn load(request: &Request<'_>) -> Result<Vec<Loaded>> {
    let engine = Engine::connect()?;
    let machine = engine.platform()?.unwrap_or_else(machine);
    let requested = request.platform.as_ref();
    let image = Image::choose(request.source, request.root, requested, &machine)?;
    let before = find(&engine, &image)?;
    let is_there = before.is_some();
    let found = match before {
        Some(found) => found,
        None => send(request, &engine, &image)?,
    };
    let digest = image.manifest_blob.digest;
    let mut loaded = Vec::new();
    for name in &request.names {
        let tags = found.repo_tags.iter().flatten();
        let has_name = tags.into_iter().any(|tag| name.is(tag));
        if !has_name {
            tag(&engine, &found.id, name)?;
        }
        loaded.push(Loaded {
            name: name.text().to_owned(),
            digest,
            is_unchanged: is_there && has_name,
        });
    }
    if loaded.is_empty() {
        loaded.push(Loaded {
            name: found.id,
            digest,
            is_unchanged: is_there,
        });
    }
    Ok(loaded)
}

/// The image in the engine. Its ID is the digest of the configuration, or, with containerd's image store, of the manifest.
fn find(engine: &Engine, image: &Image) -> Result<Option<Found>> {
    for digest in [image.config_blob.digest, image.manifest_blob.digest] {
        if let Some(found) = engine.get(&format!("/images/{digest}/json"))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Sends the image, first without the layers that the engine has.
fn send(request: &Request<'_>, engine: &Engine, image: &Image) -> Result<Found> {
    let names: Vec<&Name> = request.names.iter().collect();
    let transfer = |without: &HashSet<Digest>| {
        let archive = Archive::of(request.source, image, &names, without)?;
        let mut reader = archive.reader();
        engine.load(&mut reader)
    };
    let known = known_layers(engine, image)?;
    if known.is_empty() {
        transfer(&known)?;
    } else if let Err(error) = transfer(&known) {
        // An image with these layers may have been removed in the meantime.
        let line = format!("note: {error}; all layers are sent again");
        request.progress.line(&line);
        transfer(&HashSet::new())?;
    }
    find(engine, image)?.ok_or_else(|| {
        let cause = "the engine does not have the image after it was loaded";
        Error::cannot("load", request.source.name(), cause)
    })
}

fn tag(engine: &Engine, id: &str, name: &Name) -> Result<()> {
    let (repository, tag) = (name.repository(), name.tag());
    engine.post(&format!("/images/{id}/tag?repo={repository}&tag={tag}"))
}

impl Engine {
    /// The platform of the engine, which may run on another machine.
    fn platform(&self) -> Result<Option<Platform>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Version {
            os: String,
            arch: String,
        }
        let version: Option<Version> = self.get("/version")?;
        Ok(version.map(|v| Platform::of_any(&v.os, &v.arch, None)))
    }
}
