//! OCI layouts.

use blob::{Blob, Digest, Error, Result};
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType, OciLayout};

use super::{config, diff_ids, Parts};
use crate::store::{blob_name, Store, MAX_DOCUMENT};
use crate::Layer;
use oci::Platform;

/// An index within an index within an index …
const MAX_DEPTH: usize = 4;

/// An index with more manifests is not read.
const MAX_MANIFESTS: usize = 10_000;

const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// All images of a layout, each with its platform.
pub(super) fn images(store: &Store) -> Result<Vec<(Platform, Descriptor)>> {
    let layout: OciLayout = oci::parse_json("oci-layout", &store.document("oci-layout")?)?;
    let version = layout.image_layout_version();
    if version.split('.').next() != Some("1") {
        let cause = format!("layout version: expected `1.0.0`, found `{version}`");
        return Err(Error::cannot("read", "oci-layout", cause));
    }
    let bytes = store.document("index.json")?;
    let index: ImageIndex = oci::parse_json("index.json", &bytes)?;
    schema("index.json", index.schema_version())?;
    let mut images = Vec::new();
    collect(store, &index, 0, &mut images)?;
    Ok(images)
}

fn collect(
    store: &Store,
    index: &ImageIndex,
    depth: usize,
    images: &mut Vec<(Platform, Descriptor)>,
) -> Result<()> {
    for entry in index.manifests() {
        let platform = entry.platform().as_ref().map(|platform| {
            let (os, architecture) = (
                platform.os().to_string(),
                platform.architecture().to_string(),
            );
            Platform::of_any(&os, &architecture, platform.variant().as_deref())
        });
        if platform.as_ref().is_some_and(Platform::is_unknown) {
            continue;
        }
        match entry.media_type() {
            MediaType::ImageIndex => nested(store, entry, depth, images)?,
            MediaType::Other(name) if name == DOCKER_INDEX => nested(store, entry, depth, images)?,
            kind if is_manifest(kind) => {
                if images
                    .iter()
                    .any(|(_, known)| known.digest() == entry.digest())
                {
                    continue;
                }
                if images.len() == MAX_MANIFESTS {
                    let cause = format!("it has more than {MAX_MANIFESTS} manifests");
                    return Err(Error::cannot("read", "index.json", cause));
                }
                let platform = match platform {
                    Some(platform) => platform,
                    None => own_platform(store, entry)?,
                };
                images.push((platform, entry.clone()));
            }
            // An index may hold what is no image.
            _ => {}
        }
    }
    Ok(())
}

fn is_manifest(kind: &MediaType) -> bool {
    match kind {
        MediaType::ImageManifest => true,
        MediaType::Other(name) => name == DOCKER_MANIFEST,
        _ => false,
    }
}

fn nested(
    store: &Store,
    entry: &Descriptor,
    depth: usize,
    images: &mut Vec<(Platform, Descriptor)>,
) -> Result<()> {
    if depth == MAX_DEPTH {
        let cause = format!("it lies below more than {MAX_DEPTH} other indexes");
        return Err(Error::cannot("read index", entry.digest(), cause));
    }
    let index: ImageIndex = oci::parse_json(entry.digest(), &document(store, "index", entry)?)?;
    schema(entry.digest(), index.schema_version())?;
    collect(store, &index, depth + 1, images)
}

/// What the config says, where the index is silent.
fn own_platform(store: &Store, entry: &Descriptor) -> Result<Platform> {
    let manifest = manifest(store, entry)?;
    let name = manifest.config().digest().to_string();
    let config = config(&name, &document(store, "config", manifest.config())?)?;
    Ok(super::platform(&config))
}

fn manifest(store: &Store, entry: &Descriptor) -> Result<ImageManifest> {
    let bytes = document(store, "manifest", entry)?;
    let manifest: ImageManifest = oci::parse_json(entry.digest(), &bytes)?;
    schema(entry.digest(), manifest.schema_version())?;
    Ok(manifest)
}

/// The image of a manifest.
pub(super) fn parts(store: &Store, entry: &Descriptor) -> Result<Parts> {
    let manifest = manifest(store, entry)?;
    let name = manifest.config().digest().to_string();
    let config = config(&name, &document(store, "config", manifest.config())?)?;
    let mut diff_ids = diff_ids(&name, &config)?.into_iter();
    let mut layers = Vec::new();
    for descriptor in manifest.layers() {
        let annotations = descriptor.annotations().clone().unwrap_or_default();
        let blob = blob_of(descriptor)?;
        layers.push((
            Layer {
                name: blob.digest.to_string(),
                blob: Some(blob),
                media_type: descriptor.media_type().clone(),
                diff_id: diff_ids.next(),
                annotations: annotations.into_iter().collect(),
            },
            blob_name(blob.digest),
        ));
    }
    Ok(Parts {
        config,
        manifest: Some(manifest),
        layers,
    })
}

fn schema(name: impl std::fmt::Display, version: u32) -> Result<()> {
    match version {
        2 => Ok(()),
        other => {
            let cause = format!("at `schemaVersion`: expected 2, found {other}");
            Err(Error::cannot("read", name, cause))
        }
    }
}

fn blob_of(descriptor: &Descriptor) -> Result<Blob> {
    let digest: Digest = descriptor.digest().as_ref().parse()?;
    let size = descriptor.size();
    Ok(Blob { digest, size })
}

/// The bytes of a small blob, which are what its descriptor says.
fn document(store: &Store, what: &str, descriptor: &Descriptor) -> Result<Vec<u8>> {
    let said = blob_of(descriptor)?;
    let verb = format!("read {what}");
    if said.size > MAX_DOCUMENT {
        let cause = format!(
            "it has {} bytes, at most {MAX_DOCUMENT} are read",
            said.size
        );
        return Err(Error::cannot(verb, said.digest, cause));
    }
    let bytes = store.document(&blob_name(said.digest));
    let bytes = bytes.map_err(|error| error.within(&*verb, said.digest))?;
    let found = Blob::of(&bytes);
    if found.size != said.size {
        let cause = format!(
            "its descriptor says {} bytes, it has {}",
            said.size, found.size
        );
        return Err(Error::cannot(verb, said.digest, cause));
    }
    if found.digest != said.digest {
        let cause = format!("its bytes are those of `{}`", found.digest);
        return Err(Error::cannot(verb, said.digest, cause));
    }
    Ok(bytes)
}
