//! Signatures of cosign 2: a layer with the signed text, and the signature in an annotation of its descriptor
//! (<https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md>).

use blob::Digest;
use serde::Deserialize;

use crate::line::line;
use crate::{base64_text, PublicKey, Refusal};

/// The media type of the layer.
pub const SIMPLE_SIGNING_MEDIA_TYPE: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

/// The annotation of the layer's descriptor that contains the signature in base64.
pub const SIMPLE_SIGNING_ANNOTATION: &str = "dev.cosignproject.cosign/signature";

/// The type of the text. Other tools sign similar texts.
const TYPE: &str = "cosign container image signature";

/// The maximum size of the text, in bytes.
const MAX_TEXT: usize = 1024 * 1024;

#[derive(Deserialize)]
struct Text {
    critical: Critical,
}

#[derive(Deserialize)]
struct Critical {
    image: Image,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Image {
    #[serde(rename = "docker-manifest-digest")]
    digest: String,
}

/// Verifies a signature of cosign 2; returns the key that made it. `text` is the content of the layer, `signature` the
/// value of its annotation [`SIMPLE_SIGNING_ANNOTATION`]. The name of the image in the text is not compared, because
/// mirrors have other names.
///
/// # Errors
///
/// See [`Refusal`]. Such a signature has no key hint, so a changed text is [`Refusal::WrongKey`].
pub fn verify_simple_signing<'k>(
    text: &[u8],
    signature: &str,
    keys: &'k [PublicKey],
    subject: Digest,
) -> Result<&'k PublicKey, Refusal> {
    let not = |cause: &str| Refusal::NotABundle(line(cause));
    if text.len() > MAX_TEXT {
        return Err(not("the signed text is larger than 1 MiB"));
    }
    let signature = base64_text::decode(signature).map_err(not)?;
    let key = keys
        .iter()
        .find(|key| key.verifies(text, &signature))
        .ok_or(Refusal::WrongKey(None))?;
    let text: Text = serde_json::from_slice(text).map_err(|error| not(&error.to_string()))?;
    if text.critical.kind != TYPE {
        return Err(Refusal::Unsupported(format!(
            "signed text of type `{}`",
            line(&text.critical.kind)
        )));
    }
    if text.critical.image.digest == subject.to_string() {
        Ok(key)
    } else {
        Err(Refusal::WrongSubject {
            expected: subject,
            found: Some(line(&text.critical.image.digest)),
        })
    }
}
