//! The reasons why a signature is not accepted.

use std::fmt;

use blob::{Digest, Error};

use crate::media_type::BUNDLE_MEDIA_TYPE;

/// Why a signature is not accepted. `Display` is a phrase for messages; hostile text in it is shortened and escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The bytes are not a Sigstore bundle, or not a signature of cosign 2. The text says why.
    NotABundle(String),
    /// The document has another media type.
    WrongMediaType(String),
    /// The signature is of a kind that this crate does not verify, such as keyless. The text names it.
    Unsupported(String),
    /// No given key made the signature. The text is the fingerprint of the key that the bundle claims, if any.
    WrongKey(Option<String>),
    /// The bundle claims a given key or has a valid certificate, but the signature does not
    /// match: the payload, its type or the signature was changed.
    Tampered(String),
    /// The certificate of a keyless signature was not valid when the log recorded the signature.
    Expired,
    /// The certificate, log entry or time stamp of a keyless signature does not follow from the trusted root. The text
    /// says why.
    Untrusted(String),
    /// Another identity made a keyless signature.
    WrongIdentity {
        /// The name in the certificate.
        name: String,
        /// The issuer that confirmed the name.
        issuer: String,
    },
    /// The signed payload is not an in-toto statement. The text says why.
    NotAStatement(String),
    /// The statement is about another image.
    WrongSubject {
        /// The image that was to be verified.
        expected: Digest,
        /// The first subject of the statement.
        found: Option<String>,
    },
    /// The statement has another predicate type: it is, for example, an SBOM and not a signature.
    WrongPredicateType {
        /// The type that was asked for.
        expected: String,
        /// The type of the statement.
        found: String,
    },
}

impl Refusal {
    /// The error ``cannot verify `OBJECT`: cause`` with a hint.
    pub fn error(&self, object: impl fmt::Display) -> Error {
        let error = Error::cannot("verify", object, self);
        match self.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::WrongKey(_) => {
                Some("pass the public key of the signer; during a key rotation, pass the old and the new key")
            }
            Self::WrongIdentity { .. } => {
                Some("pass this identity and issuer only if you know that they belong to the publisher")
            }
            Self::Tampered(_) => Some("do not use the image; get the signature again from its publisher"),
            Self::WrongSubject { .. } => {
                Some("the signature belongs to another image; look for a signature of this digest")
            }
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABundle(cause) => write!(f, "it is not a signature bundle: {cause}"),
            Self::WrongMediaType(found) => write!(
                f,
                "media type: expected `{}`, found `{found}`",
                BUNDLE_MEDIA_TYPE
            ),
            Self::Unsupported(found) => write!(f, "unsupported signature: {found}"),
            Self::WrongKey(None) => f.write_str("no given key made the signature"),
            Self::WrongKey(Some(found)) => write!(
                f,
                "no given key made the signature; it claims the key with fingerprint `{found}`"
            ),
            Self::Tampered(key) => write!(
                f,
                "the content was changed after it was signed with {key}, or the signature was"
            ),
            Self::Expired => f.write_str(
                "the certificate had expired, or was not valid yet, when the log recorded the signature",
            ),
            Self::Untrusted(cause) => {
                write!(f, "it does not follow from the trusted root: {cause}")
            }
            Self::WrongIdentity { name, issuer } => write!(
                f,
                "another identity signed it: `{name}`, confirmed by issuer `{issuer}`"
            ),
            Self::NotAStatement(cause) => {
                write!(f, "the signed content is not an in-toto statement: {cause}")
            }
            Self::WrongSubject { expected, found } => write!(
                f,
                "the signature is for another image: expected `{expected}`, found `{}`",
                found.as_deref().unwrap_or("no SHA-256 digest")
            ),
            Self::WrongPredicateType { expected, found } => {
                write!(f, "predicate type: expected `{expected}`, found `{found}`")
            }
        }
    }
}

impl std::error::Error for Refusal {}
