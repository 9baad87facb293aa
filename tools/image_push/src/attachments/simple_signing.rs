//! Reads the signatures of cosign 2, which are in an image at the tag `sha256-DIGEST.sig`
//! (<https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md>).

use blob::{Blob, Digest, Result};
use oci::Descriptor;
use registry::{RepositoryClient, Selector};
use sign::{SIMPLE_SIGNING_ANNOTATION, SIMPLE_SIGNING_MEDIA_TYPE};

use super::bundles::small_blob;
use crate::content::blob_of;

/// Signatures of an image that are read.
const MAX_SIGNATURES: usize = 100;

/// The maximum size of the signed text.
const MAX_TEXT: u64 = 1 << 20;

/// A signature of cosign 2. It is not verified.
#[derive(Debug)]
pub(crate) struct SimpleSignature {
    /// The digest of the layer.
    pub(crate) layer: Digest,
    /// The signed text and the signature, or why they cannot be read.
    pub(crate) content: std::result::Result<(Vec<u8>, String), String>,
}

/// The signatures of cosign 2 for an image.
///
/// # Errors
///
/// The registry gives no definite answer, or the tag has another document than a manifest.
pub(crate) fn simple_signatures(
    client: &RepositoryClient<'_>,
    subject: Digest,
) -> Result<Vec<SimpleSignature>> {
    let tag = format!("sha256-{}.sig", subject.hex());
    let Some(found) = client.manifest(&Selector::Tag(tag.clone()))? else {
        return Ok(Vec::new());
    };
    let name = format!("{}:{tag}", client.name());
    let manifest = oci::read_manifest(&name, &found.bytes)?;
    let layers = manifest.layers().iter().filter(|layer| {
        let media_type = layer.media_type().to_string();
        media_type == SIMPLE_SIGNING_MEDIA_TYPE
    });
    let mut signatures = Vec::new();
    for layer in layers.take(MAX_SIGNATURES) {
        let blob = blob_of(layer)?;
        signatures.push(SimpleSignature {
            layer: blob.digest,
            content: content(client, layer, &blob),
        });
    }
    Ok(signatures)
}

fn content(
    client: &RepositoryClient<'_>,
    layer: &Descriptor,
    blob: &Blob,
) -> std::result::Result<(Vec<u8>, String), String> {
    let text = small_blob(client, blob, MAX_TEXT)?;
    let text = text.ok_or("the registry lists it, but does not have it")?;
    Ok((text, signature(layer)?))
}

fn signature(layer: &Descriptor) -> std::result::Result<String, String> {
    let annotations = layer.annotations().as_ref();
    let signature = annotations.and_then(|all| all.get(SIMPLE_SIGNING_ANNOTATION));
    let missing = || format!("its layer has no annotation `{SIMPLE_SIGNING_ANNOTATION}`");
    signature.cloned().ok_or_else(missing)
}
