//! Statements about an image: in-toto Statement v1
//! (<https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>).

use blob::{Digest, Error, Result};
use serde::de::IgnoredAny;
use serde::Deserialize;
use serde_json::{json, Value};

use crate::at_most::AtMost;
use crate::line::line;
use crate::Refusal;

/// The predicate type of cosign's signatures: the statement says only that the key signed the image.
pub const SIGNATURE_PREDICATE: &str = "https://sigstore.dev/cosign/sign/v1";

/// The types of statements. `cosign attest` still writes the older one.
const TYPE: &str = "https://in-toto.io/Statement/v1";
const OLD_TYPE: &str = "https://in-toto.io/Statement/v0.1";

/// The maximum number of subjects of a statement that is read.
const MAX_SUBJECTS: usize = 10_000;

/// A statement about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The digest of the manifest or index.
    pub subject: Digest,
    /// The type of the predicate, a URL.
    pub predicate_type: String,
    /// The predicate: a JSON object.
    pub predicate: Value,
}

impl Statement {
    /// The statement of a signature, as cosign writes it.
    pub fn signature(subject: Digest) -> Self {
        Self {
            subject,
            predicate_type: SIGNATURE_PREDICATE.to_owned(),
            predicate: json!({}),
        }
    }

    /// Compact JSON with sorted keys. The subject has no name, so that the bytes do not depend on the repository.
    ///
    /// # Errors
    ///
    /// The predicate is not an object, or its type is empty.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let cannot = |cause| Error::cannot("write statement", &self.predicate_type, cause);
        if self.predicate_type.is_empty() {
            return Err(cannot("the predicate type is empty"));
        }
        if !self.predicate.is_object() {
            return Err(cannot("the predicate is not a JSON object"));
        }
        oci::canonical_json(&json!({
            "_type": TYPE,
            "predicate": self.predicate,
            "predicateType": self.predicate_type,
            "subject": [{ "digest": { "sha256": self.subject.hex() } }],
        }))
    }
}

/// The fields of a signed statement that decide whether it is about an image. The predicate is not parsed.
pub(crate) struct Claim {
    pub(crate) predicate_type: String,
    /// The SHA-256 digests of the subjects. Other algorithms are ignored.
    pub(crate) subjects: Vec<String>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "_type")]
    kind: String,
    subject: AtMost<RawSubject, MAX_SUBJECTS>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    #[serde(rename = "predicate")]
    _predicate: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RawSubject {
    digest: RawDigest,
}

#[derive(Deserialize)]
struct RawDigest {
    sha256: Option<String>,
}

impl Claim {
    /// Parses a statement of version 1 or 0.1. A key that occurs twice is an error.
    pub(crate) fn parse(payload: &[u8]) -> std::result::Result<Self, Refusal> {
        let refused = |cause: &str| Refusal::NotAStatement(line(cause));
        let raw: Raw =
            serde_json::from_slice(payload).map_err(|error| refused(&error.to_string()))?;
        if raw.kind != TYPE && raw.kind != OLD_TYPE {
            return Err(refused(&format!("unknown type `{}`", raw.kind)));
        }
        let digests = raw.subject.0.into_iter().map(|subject| subject.digest);
        Ok(Self {
            predicate_type: raw.predicate_type,
            subjects: digests.filter_map(|digest| digest.sha256).collect(),
        })
    }

    /// Whether the image is a subject of the statement.
    pub(crate) fn check_subject(&self, expected: Digest) -> std::result::Result<(), Refusal> {
        let hex = expected.hex();
        if self.subjects.contains(&hex) {
            return Ok(());
        }
        Err(Refusal::WrongSubject {
            expected,
            found: self
                .subjects
                .first()
                .map(|digest| format!("sha256:{}", line(digest))),
        })
    }
}
