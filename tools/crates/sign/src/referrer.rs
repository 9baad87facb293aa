//! The OCI manifest that attaches a bundle to an image
//! (<https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage>).

use std::collections::HashMap;

use blob::{Blob, Error, Result, ResultExt};
use oci::Descriptor;
use oci_spec::image::{Digest, ImageManifestBuilder, MediaType, SCHEMA_VERSION};

use crate::media_type::BUNDLE_MEDIA_TYPE;
use crate::Bundle;

/// The configuration of the manifest: the empty object.
const EMPTY: &[u8] = b"{}";

/// The kind of content of the bundle. cosign looks for it.
const CONTENT: (&str, &str) = ("dev.sigstore.bundle.content", "dsse-envelope");

/// The annotations with the predicate type: the first one is read by cosign, the second one by trivy.
const PREDICATE_TYPE: [&str; 2] = [
    "dev.sigstore.bundle.predicateType",
    "in-toto.io/predicate-type",
];

/// A manifest with a bundle as its only layer. Push [`config`](Self::config) and [`bundle`](Self::bundle) as blobs,
/// then [`manifest`](Self::manifest).
#[derive(Clone, Debug)]
pub struct Referrer {
    /// The content of the configuration blob.
    pub config: &'static [u8],
    /// The content of the layer blob.
    pub bundle: Vec<u8>,
    /// The manifest, in compact JSON with sorted keys.
    pub manifest: Vec<u8>,
    /// The descriptor of the manifest, as the referrers API lists it: with artifact type and annotations.
    pub descriptor: Descriptor,
}

impl Referrer {
    /// Attaches a bundle to an image. Only media type, digest and size of `subject` are used. The same bundle and
    /// subject give the same bytes: there is no annotation with a time.
    ///
    /// # Errors
    ///
    /// The statement of the bundle is not about the subject, or a document cannot be written.
    pub fn new(bundle: &Bundle, subject: &Descriptor) -> Result<Self> {
        let cannot = |cause: String| Error::cannot("attach bundle to", subject.digest(), cause);
        let digest = subject.digest().as_ref().parse()?;
        let claim = bundle.envelope().claim();
        let claim = claim.map_err(|error| cannot(error.to_string()))?;
        claim
            .check_subject(digest)
            .map_err(|error| cannot(error.to_string()))?;
        let annotations: HashMap<String, String> = PREDICATE_TYPE
            .map(|name| (name, claim.predicate_type.as_str()))
            .into_iter()
            .chain([CONTENT])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let bundle = bundle.bytes()?;
        let kind = MediaType::from(BUNDLE_MEDIA_TYPE);
        let manifest = ImageManifestBuilder::default()
            .schema_version(SCHEMA_VERSION)
            .media_type(MediaType::ImageManifest)
            .artifact_type(kind.clone())
            .config(described(MediaType::EmptyJSON, EMPTY)?)
            .layers([described(kind.clone(), &bundle)?])
            .subject(Descriptor::new(
                subject.media_type().clone(),
                subject.size(),
                subject.digest().clone(),
            ))
            .annotations(annotations.clone())
            .build()
            .cannot("write", "manifest")?;
        let manifest = oci::canonical_json(&manifest)?;
        let mut descriptor = described(MediaType::ImageManifest, &manifest)?;
        descriptor.set_artifact_type(Some(kind));
        descriptor.set_annotations(Some(annotations));
        Ok(Self {
            config: EMPTY,
            bundle,
            manifest,
            descriptor,
        })
    }
}

fn described(media_type: MediaType, bytes: &[u8]) -> Result<Descriptor> {
    let blob = Blob::of(bytes);
    let digest = blob.digest.to_string();
    let digest = Digest::try_from(digest.as_str()).cannot("write digest", digest)?;
    Ok(Descriptor::new(media_type, blob.size, digest))
}
