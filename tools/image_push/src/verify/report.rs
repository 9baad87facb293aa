//! The result. `docs/reference/formats/verify_report.md` describes it in JSON.

use serde::Serialize;

/// The version of the format.
pub(crate) const VERSION: u32 = 1;

/// The result of all repositories.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) version: u32,
    pub(crate) repositories: Vec<RepositoryReport>,
}

/// The result of one repository.
#[derive(Debug, Default, Serialize)]
pub(crate) struct RepositoryReport {
    pub(crate) repository: String,
    pub(crate) images: Vec<ImageReport>,
    pub(crate) tags: Vec<TagReport>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// A manifest or an index.
#[derive(Debug, Serialize)]
pub(crate) struct ImageReport {
    pub(crate) digest: String,
    /// `index`, `image`, `artifact` or `attestation`.
    pub(crate) kind: &'static str,
    pub(crate) platform: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Whether signatures were looked for.
    pub(crate) needs_signature: bool,
    pub(crate) signatures: Vec<SignatureReport>,
    pub(crate) statements: Vec<StatementReport>,
    /// Signatures and statements of signers that are not trusted.
    pub(crate) other_signers: usize,
}

/// An accepted signature.
#[derive(Debug, Serialize)]
pub(crate) struct SignatureReport {
    pub(crate) signer: Signer,
    /// `bundle`, or `simple_signing` for a signature of cosign 2.
    pub(crate) format: &'static str,
    /// The digest of the manifest, or for a signature of cosign 2 of the layer.
    pub(crate) referrer: String,
    /// The bytes of the bundle; empty for a signature of cosign 2.
    #[serde(skip)]
    pub(crate) bundle: Vec<u8>,
}

/// An accepted statement.
#[derive(Debug, Serialize)]
pub(crate) struct StatementReport {
    #[serde(rename = "type")]
    pub(crate) predicate_type: String,
    pub(crate) signer: Signer,
    pub(crate) referrer: String,
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum Signer {
    Key { key: String, fingerprint: String },
    Identity { identity: String, issuer: String },
}

/// A tag that has dated tags.
#[derive(Debug, Serialize)]
pub(crate) struct TagReport {
    pub(crate) tag: String,
    /// The digest that the tag points to; `None` if only dated tags exist.
    pub(crate) digest: Option<String>,
    /// Newest first.
    pub(crate) history: Vec<DatedReport>,
}

/// A dated tag.
#[derive(Debug, Serialize)]
pub(crate) struct DatedReport {
    pub(crate) date: String,
    pub(crate) tag: String,
    pub(crate) digest: String,
}

/// A finding: an error, or a warning.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// The image or tag: `REPOSITORY@DIGEST` or `REPOSITORY:TAG`.
    pub(crate) object: String,
    pub(crate) cause: String,
    pub(crate) hint: Option<String>,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProblemKind {
    NotSigned,
    MissingStatement,
    NotSaved,
    MissingReferrer,
    UnreadableReferrer,
    WrongKey,
    WrongIdentity,
    TamperedSignature,
    SwappedSignature,
    ExpiredCertificate,
    UntrustedCertificate,
    InvalidSignature,
    Unreadable,
    MissingBlob,
    TamperedBlob,
    ReplacedTag,
    DowngradedTag,
    UnexpectedDigest,
    UnexpectedTag,
    MissingTag,
}

impl Report {
    /// The number of problems.
    pub(crate) fn problems(&self) -> usize {
        let repositories = self.repositories.iter();
        repositories.map(|found| found.problems.len()).sum()
    }
}

impl Problem {
    pub(crate) fn new(
        kind: ProblemKind,
        object: impl Into<String>,
        cause: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            object: object.into(),
            cause: cause.into(),
            hint: None,
        }
    }

    /// A problem with an operation, whose message is the cause.
    pub(crate) fn of_error(
        kind: ProblemKind,
        object: impl Into<String>,
        error: &blob::Error,
    ) -> Self {
        let text = error.to_string();
        Self {
            hint: error.hint_text().map(str::to_owned),
            ..Self::new(kind, object, text.lines().next().unwrap_or_default())
        }
    }
}
