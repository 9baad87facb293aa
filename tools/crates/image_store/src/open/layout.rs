//! Reads OCI layouts.

use std::collections::BTreeSet;

use blob::{Blob, Digest, Error, Result};
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType};

use super::{config, diff_ids, Budget, Parts};
use crate::source::{blob_name, Store};
use crate::Layer;
use oci::{Platform, MAX_DOCUMENT};

/// Nesting depth of indexes.
const MAX_DEPTH: usize = 4;

/// Entries of all indexes together: enough for an image for every platform, with attestations, in a hundred versions.
const MAX_ENTRIES: usize = 10_000;

const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// Media types of an image's configuration. A manifest with another configuration describes an artifact
/// (<https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage>).
const CONFIGS: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// Prefixes of the media types of an image's layers, including those that cannot be read, such as encrypted layers.
const LAYERS: [&str; 2] = [
    "application/vnd.oci.image.layer.",
    "application/vnd.docker.image.rootfs.",
];

/// The entries of a layout.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Images, each with its platform, in the order of the indexes. If the platform comes from the index, the entry may
    /// still be an artifact: see [`is_image`].
    pub(super) images: Vec<(Platform, Descriptor)>,
    /// The types of all other entries.
    pub(super) others: BTreeSet<String>,
    /// Why an entry without a platform is not an image.
    pub(super) broken: Option<Error>,
}

/// Lists all images of a layout.
pub(super) fn list(store: &Store) -> Result<Listing> {
    let layout = oci::read_layout("oci-layout", &store.document("oci-layout")?)?;
    let version = layout.image_layout_version();
    if version.split('.').next() != Some("1") {
        let cause = format!("layout version: expected `1.0.0`, found `{version}`");
        return Err(Error::cannot("read", "oci-layout", cause));
    }
    let bytes = store.document("index.json")?;
    let index = oci::read_layout_index("index.json", &bytes)?;
    schema("index.json", index.schema_version())?;
    let mut walk = Walk {
        store,
        budget: Budget::default(),
        entries: 0,
        known: BTreeSet::new(),
        listing: Listing::default(),
    };
    walk.index(&index, 0)?;
    Ok(walk.listing)
}

/// The digest of the index of `images` images: that of the only entry of `index.json`, if it is an index, or else that of
/// `index.json`. `None` for one image that no other index lists.
pub(super) fn index_digest(store: &Store, images: usize) -> Result<Option<Digest>> {
    let bytes = store.document("index.json")?;
    let index = oci::read_layout_index("index.json", &bytes)?;
    let is_index = |entry: &&Descriptor| {
        let media_type = entry.media_type();
        *media_type == MediaType::ImageIndex || media_type.to_string() == DOCKER_INDEX
    };
    match index.manifests().as_slice() {
        [entry] if is_index(&entry) => Ok(Some(blob_of(entry)?.digest)),
        _ => Ok((images > 1).then(|| Digest::of(&bytes))),
    }
}

/// Whether a manifest describes an image. An unreadable manifest counts as one.
pub(super) fn is_image(store: &Store, entry: &Descriptor) -> bool {
    let manifest = manifest(store, entry, &mut Budget::default());
    manifest.map_or(true, |manifest| kind(&manifest).is_none())
}

/// The type of an artifact; `None` for an image.
fn kind(manifest: &ImageManifest) -> Option<String> {
    let config = manifest.config().media_type().to_string();
    let is_layer = |layer: &Descriptor| {
        let name = layer.media_type().to_string();
        LAYERS.iter().any(|prefix| name.starts_with(prefix))
    };
    let layers = manifest.layers();
    if !CONFIGS.contains(&config.as_str()) {
        let artifact_type = manifest.artifact_type().as_ref().map(ToString::to_string);
        return Some(artifact_type.unwrap_or(config));
    }
    // Signatures and attestations may have the configuration of an image.
    let first = layers.first().filter(|_| !layers.iter().any(is_layer));
    first.map(|layer| layer.media_type().to_string())
}

/// The state of the walk through the indexes.
struct Walk<'a> {
    store: &'a Store,
    budget: Budget,
    entries: usize,
    /// Manifests and indexes that were visited. Each counts once, even if it is listed several times.
    known: BTreeSet<String>,
    listing: Listing,
}

impl Walk<'_> {
    fn index(&mut self, index: &ImageIndex, depth: usize) -> Result<()> {
        for entry in index.manifests() {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                let cause = format!("its indexes list more than {MAX_ENTRIES} entries");
                return Err(Error::cannot("read", "index.json", cause));
            }
            let media_type = entry.media_type().to_string();
            let is_index =
                *entry.media_type() == MediaType::ImageIndex || media_type == DOCKER_INDEX;
            let is_manifest =
                *entry.media_type() == MediaType::ImageManifest || media_type == DOCKER_MANIFEST;
            if !is_index && !is_manifest {
                let named = Some(media_type).filter(|name| !name.is_empty());
                let named = named.unwrap_or_else(|| "no media type".to_owned());
                self.listing.others.insert(named);
            } else if !self.known.insert(entry.digest().to_string()) {
            } else if is_index {
                self.nested(entry, depth)?;
            } else {
                self.manifest(entry);
            }
        }
        Ok(())
    }

    fn nested(&mut self, entry: &Descriptor, depth: usize) -> Result<()> {
        if depth == MAX_DEPTH {
            let cause = format!("it is nested in more than {MAX_DEPTH} other indexes");
            return Err(Error::cannot("read index", entry.digest(), cause));
        }
        let bytes = self.budget.spend(document(self.store, "index", entry)?)?;
        let index = oci::read_index(entry.digest(), &bytes)?;
        schema(entry.digest(), index.schema_version())?;
        self.index(&index, depth + 1)
    }

    fn manifest(&mut self, entry: &Descriptor) {
        match listed(entry) {
            // BuildKit marks its attestations in this way.
            Some(platform) if platform.is_unknown() => {
                self.listing.others.insert("unknown/unknown".to_owned());
            }
            Some(platform) if platform.is_complete() => {
                self.listing.images.push((platform, entry.clone()));
            }
            _ => match self.own_platform(entry) {
                Ok(Ok(platform)) => self.listing.images.push((platform, entry.clone())),
                Ok(Err(kind)) => {
                    self.listing.others.insert(kind);
                }
                Err(error) => {
                    self.listing.broken.get_or_insert(error);
                }
            },
        }
    }

    /// The platform in the configuration, for entries without one in the index; or the type of an artifact.
    fn own_platform(
        &mut self,
        entry: &Descriptor,
    ) -> Result<std::result::Result<Platform, String>> {
        let manifest = manifest(self.store, entry, &mut self.budget)?;
        if let Some(kind) = kind(&manifest) {
            return Ok(Err(kind));
        }
        let name = manifest.config().digest().to_string();
        let bytes = document(self.store, "config", manifest.config())?;
        let config = config(&name, &self.budget.spend(bytes)?)?;
        Ok(Ok(super::platform(&config)))
    }
}

/// The platform in an entry of an index.
fn listed(entry: &Descriptor) -> Option<Platform> {
    let platform = entry.platform().as_ref()?;
    let (os, architecture) = (
        platform.os().to_string(),
        platform.architecture().to_string(),
    );
    Some(Platform::of_any(
        &os,
        &architecture,
        platform.variant().as_deref(),
    ))
}

fn manifest(store: &Store, entry: &Descriptor, budget: &mut Budget) -> Result<ImageManifest> {
    let bytes = budget.spend(document(store, "manifest", entry)?)?;
    let manifest = oci::read_manifest(entry.digest(), &bytes)?;
    schema(entry.digest(), manifest.schema_version())?;
    Ok(manifest)
}

/// The parts of the image of a manifest.
pub(super) fn parts(store: &Store, entry: &Descriptor) -> Result<Parts> {
    let manifest = manifest(store, entry, &mut Budget::default())?;
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
    let annotations = entry.annotations().clone().unwrap_or_default();
    Ok(Parts {
        listed: listed(entry).filter(Platform::is_complete),
        config,
        config_digest: blob_of(manifest.config())?.digest,
        digest: Some(blob_of(entry)?.digest),
        annotations: annotations.into_iter().collect(),
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

/// The bytes of a small blob, verified against its descriptor.
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
    let bytes = store.blob_document(&blob_name(said.digest), said);
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
