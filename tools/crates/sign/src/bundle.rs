//! Sigstore bundles of version 0.3 with a DSSE envelope
//! (<https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto>).

use blob::Result;
use serde::de::IgnoredAny;
use serde::Deserialize;
use serde_json::{json, Value};

use crate::at_most::AtMost;
use crate::line::line;
use crate::media_type::{ANY_BUNDLE, BUNDLE_MEDIA_TYPE, OLD_BUNDLE};
use crate::{base64_text, Certificate, Envelope, LogEntry, Refusal, Signable, Signer};

/// The maximum size of a bundle, in bytes: the SBOM of a large image has a few megabytes.
const MAX_BUNDLE: usize = 16 * 1024 * 1024;

/// A signed statement, with what is needed to verify it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    envelope: Envelope,
    material: Material,
}

/// The evidence that a signature is verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Key {
        hint: String,
    },
    /// A certificate in DER.
    Certificate {
        der: Vec<u8>,
        entries: Vec<LogEntry>,
    },
}

impl Bundle {
    /// Signs a statement. The same statement and [`PrivateKey`](crate::PrivateKey) give the same bundle.
    ///
    /// # Errors
    ///
    /// The statement cannot be written, or the signer fails.
    pub fn sign(statement: &dyn Signable, signer: &dyn Signer) -> Result<Self> {
        Ok(Self {
            envelope: Envelope::sign(statement, signer)?,
            material: Material::Key {
                hint: signer.public_key().fingerprint(),
            },
        })
    }

    /// The bundle of a keyless signature: a certificate for the key that signed, and the entries of transparency logs
    /// that recorded the signature. They are not verified here: [`verify_keyless`](crate::verify_keyless) does that.
    pub fn keyless(envelope: Envelope, certificate: &Certificate, entries: Vec<LogEntry>) -> Self {
        Self {
            envelope,
            material: Material::Certificate {
                der: certificate.der().to_vec(),
                entries,
            },
        }
    }

    /// The document: compact JSON with sorted keys.
    ///
    /// # Errors
    ///
    /// The document cannot be written.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        oci::canonical_json(&json!({
            "dsseEnvelope": self.envelope.value(),
            "mediaType": BUNDLE_MEDIA_TYPE,
            "verificationMaterial": self.material.value(),
        }))
    }

    /// Parses a bundle. Its signature is not checked: [`verify`](crate::verify) does that. Unknown fields are ignored,
    /// and so are entries of transparency logs and time stamps. A key that occurs twice is an error.
    ///
    /// # Errors
    ///
    /// The bytes are not a bundle of version 0.3 with a DSSE envelope with one signature by a key. Keyless bundles are
    /// unsupported here.
    pub fn parse(bytes: &[u8]) -> std::result::Result<Self, Refusal> {
        check_document(bytes)?;
        let raw: Raw = serde_json::from_slice(bytes).map_err(|error| not(&error.to_string()))?;
        let hint = raw.verification_material.unwrap_or_default().hint()?;
        let envelope = match (raw.dsse_envelope, raw.message_signature) {
            (Some(envelope), None) => envelope,
            (None, Some(_)) => {
                return Err(unsupported_file_signature());
            }
            _ => return Err(not("expected one of `dsseEnvelope` and `messageSignature`")),
        };
        let [signature] = envelope.signatures.0.as_slice() else {
            return Err(not("expected one signature in `dsseEnvelope.signatures`"));
        };
        let decoded = |field: &str, text: &str| {
            base64_text::decode(text)
                .map_err(|cause| not(&format!("`dsseEnvelope.{field}`: {cause}")))
        };
        Ok(Self {
            envelope: Envelope {
                signature: decoded("signatures[0].sig", &signature.sig)?,
                payload: decoded("payload", &envelope.payload)?,
                payload_type: envelope.payload_type,
            },
            material: Material::Key { hint },
        })
    }

    /// The fingerprint of the key that the bundle claims to be signed with; may be empty, as for keyless bundles. It is
    /// not signed.
    pub fn hint(&self) -> &str {
        match &self.material {
            Material::Key { hint } => hint,
            Material::Certificate { .. } => "",
        }
    }

    /// The signed bytes: a statement in JSON.
    pub fn payload(&self) -> &[u8] {
        &self.envelope.payload
    }

    pub(crate) fn into_payload(self) -> Vec<u8> {
        self.envelope.payload
    }

    pub(crate) fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

impl Material {
    fn value(&self) -> Value {
        match self {
            Self::Key { hint } => json!({ "publicKey": { "hint": hint } }),
            Self::Certificate { der, entries } => json!({
                "certificate": { "rawBytes": base64_text::encode(der) },
                "tlogEntries": entries.iter().map(LogEntry::value).collect::<Vec<_>>(),
            }),
        }
    }
}

#[derive(Deserialize)]
struct MediaType {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    verification_material: Option<RawMaterial>,
    dsse_envelope: Option<RawEnvelope>,
    message_signature: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMaterial {
    public_key: Option<RawKey>,
    certificate: Option<IgnoredAny>,
    x509_certificate_chain: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RawKey {
    #[serde(default)]
    hint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEnvelope {
    payload: String,
    payload_type: String,
    signatures: AtMost<RawSignature, 16>,
}

#[derive(Deserialize)]
struct RawSignature {
    sig: String,
}

impl RawMaterial {
    fn hint(self) -> std::result::Result<String, Refusal> {
        let is_keyless = self.certificate.is_some() || self.x509_certificate_chain.is_some();
        match self.public_key {
            Some(key) if !is_keyless => Ok(key.hint),
            Some(_) => Err(not("it has both a public key and a certificate")),
            None if is_keyless => Err(Refusal::Unsupported(
                "signed with a certificate (keyless), expected a key".to_owned(),
            )),
            None => Err(not("`verificationMaterial` has no `publicKey`")),
        }
    }
}

/// Checks the size and the media type of a bundle.
pub(crate) fn check_document(bytes: &[u8]) -> std::result::Result<(), Refusal> {
    if bytes.len() > MAX_BUNDLE {
        return Err(not("it is larger than 16 MiB"));
    }
    let found: MediaType =
        serde_json::from_slice(bytes).map_err(|error| not(&error.to_string()))?;
    match found.media_type {
        None => Err(not("`mediaType` is missing")),
        Some(found) if found == BUNDLE_MEDIA_TYPE || found == OLD_BUNDLE => Ok(()),
        Some(found) if found.starts_with(ANY_BUNDLE) => Err(Refusal::Unsupported(format!(
            "a bundle of another version, `{}`, expected 0.3",
            line(&found)
        ))),
        Some(found) => Err(Refusal::WrongMediaType(line(&found))),
    }
}

/// The refusal of a signature without a statement.
pub(crate) fn unsupported_file_signature() -> Refusal {
    let found = "a signature of a file (`messageSignature`), expected a statement (`dsseEnvelope`)";
    Refusal::Unsupported(found.to_owned())
}

fn not(cause: &str) -> Refusal {
    Refusal::NotABundle(line(cause))
}
