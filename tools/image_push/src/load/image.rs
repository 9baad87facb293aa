//! The image for one platform.

use arch::Architecture;
use blob::{Blob, Digest, Error, Result};
use oci::{Descriptor, Platform};

use crate::content::{blob_of, Graph, Node, Source};

/// The annotation of Docker's attestations in an index
/// (<https://docs.docker.com/build/metadata/attestations/attestation-storage/>).
const ATTESTATION: &str = "vnd.docker.reference.type";

/// The configurations of images. Engines do not load artifacts.
const CONFIGURATIONS: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// The image for one platform: a manifest with its configuration.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) platform: Platform,
    /// The descriptor of the manifest, with this platform.
    pub(super) descriptor: Descriptor,
    pub(super) manifest: Vec<u8>,
    pub(super) manifest_blob: Blob,
    pub(super) config: Vec<u8>,
    pub(super) config_blob: Blob,
    /// The layers, lowest first.
    pub(super) layers: Vec<Blob>,
    /// The digests of the uncompressed layers.
    pub(super) diff_ids: Vec<Digest>,
}

/// The platform that this program runs on.
pub(super) fn machine() -> Platform {
    match Architecture::host() {
        Some(row) => {
            let variant = Some(row.variant).filter(|text| !text.is_empty());
            Platform::of_any("linux", row.oci, variant)
        }
        None => Platform::of_any("linux", std::env::consts::ARCH, None),
    }
}

impl Image {
    /// The image for a platform: the requested one, else that of the machine. If the root is an image, and no platform is
    /// requested, it is that image.
    ///
    /// # Errors
    ///
    /// There is no such image, or more than one. The message lists the platforms.
    pub(super) fn choose(
        source: &dyn Source,
        root: &Descriptor,
        requested: Option<&Platform>,
        machine: &Platform,
    ) -> Result<Self> {
        let graph = Graph::read(source, root)?;
        let mut images = Vec::new();
        for node in graph.nodes() {
            images.extend(Self::of(source, node).map_err(|e| e.within("read", source.name()))?);
        }
        let is_index = graph.root().is_some_and(|node| !node.children.is_empty());
        let wanted = match requested {
            None if is_index => Some(machine),
            requested => requested,
        };
        pick(source, images, wanted)
    }

    /// The image of a manifest; `None` if it is an index, an artifact or an attestation.
    fn of(source: &dyn Source, node: &Node) -> Result<Option<Self>> {
        let annotations = node.descriptor.annotations().as_ref();
        let is_attestation = annotations.is_some_and(|all| all.contains_key(ATTESTATION));
        if is_attestation || !node.children.is_empty() || node.subject.is_some() {
            return Ok(None);
        }
        let name = node.blob.digest;
        let Ok(manifest) = oci::read_manifest(name, &node.bytes) else {
            return Ok(None);
        };
        let kind = manifest.config().media_type().to_string();
        if !CONFIGURATIONS.contains(&kind.as_str()) {
            return Ok(None);
        }
        let bytes = source.document(manifest.config())?;
        let config = oci::read_config(manifest.config().digest(), &bytes)?;
        let platform = Platform::of_any(
            &config.os().to_string(),
            &config.architecture().to_string(),
            config.variant().as_deref(),
        );
        if platform.is_unknown() {
            return Ok(None);
        }
        let layers: Result<Vec<Blob>> = manifest.layers().iter().map(blob_of).collect();
        let diff_ids = config.rootfs().diff_ids().iter().map(|id| id.parse());
        let image = Self {
            platform,
            descriptor: node.descriptor.clone(),
            manifest: node.bytes.clone(),
            manifest_blob: node.blob,
            config_blob: blob_of(manifest.config())?,
            config: bytes,
            layers: layers?,
            diff_ids: diff_ids.collect::<Result<_>>()?,
        };
        image.check().map(Some)
    }

    fn check(self) -> Result<Self> {
        let (layers, ids) = (self.layers.len(), self.diff_ids.len());
        if layers == ids {
            return Ok(self);
        }
        let cause = format!("it has {layers} layers, and its configuration {ids} diff_ids");
        Err(Error::cannot(
            "read manifest",
            self.manifest_blob.digest,
            cause,
        ))
    }
}

/// The image for a platform; without a platform, the only image.
fn pick(source: &dyn Source, images: Vec<Image>, wanted: Option<&Platform>) -> Result<Image> {
    let fail = |cause: String| Error::cannot("load", source.name(), cause);
    let mut all: Vec<String> = images.iter().map(|i| i.platform.to_string()).collect();
    all.sort();
    all.dedup();
    if all.is_empty() {
        return Err(fail("it has no image, only artifacts".to_owned()));
    }
    let all = all.join(", ");
    let has_exact = |wanted| images.iter().any(|image| image.platform.same(wanted));
    let is_exact = wanted.is_some_and(has_exact);
    let fits = |image: &Image| match wanted {
        None => true,
        Some(wanted) if is_exact => image.platform.same(wanted),
        Some(wanted) => image.platform.is_a_variant_of(wanted),
    };
    let mut found: Vec<Image> = images.into_iter().filter(|image| fits(image)).collect();
    found.dedup_by_key(|image| image.manifest_blob.digest);
    let count = found.len();
    match (found.pop(), wanted) {
        (Some(image), _) if count == 1 => Ok(image),
        (None, Some(wanted)) => {
            let cause = format!("it has no image for `{wanted}`, only for {all}");
            Err(fail(cause).hint("choose one with `--platform`"))
        }
        (_, Some(wanted)) => Err(fail(format!("it has {count} images for `{wanted}`"))),
        (_, None) => {
            Err(fail(format!("it has {count} images, for {all}"))
                .hint("choose one with `--platform`"))
        }
    }
}
