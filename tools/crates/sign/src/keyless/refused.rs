//! The errors of the library as our reasons.

use sigstore_verify::{CertificateError, Error};

use crate::line::line;
use crate::statement::Claim;
use crate::{Expected, Refusal};

/// The payload is used for the subject in the message only.
pub(super) fn refusal(error: &Error, payload: &[u8], expected: &Expected<'_>) -> Refusal {
    let text = line(&error.to_string());
    match error {
        Error::SignatureInvalid(_) => Refusal::Tampered("the certificate".to_owned()),
        Error::ArtifactMismatch(_) => {
            let claim = Claim::parse(payload);
            match claim.and_then(|claim| claim.check_subject(expected.subject)) {
                Err(refusal) => refusal,
                Ok(()) => Refusal::Untrusted(text),
            }
        }
        Error::Certificate(error) if is_about_time(error) => Refusal::Expired,
        Error::UnsupportedBundle(_) | Error::UnsupportedArtifact(_) => Refusal::Unsupported(text),
        Error::InvalidBundle(_) | Error::Bundle(_) | Error::Types(_) => Refusal::NotABundle(text),
        _ => Refusal::Untrusted(text),
    }
}

/// The library's own checks of the time come after those of `webpki`, whose errors it has as text only: the names of
/// these two are pinned by a test.
fn is_about_time(error: &CertificateError) -> bool {
    match error {
        CertificateError::Expired { .. } | CertificateError::NotYetValid { .. } => true,
        CertificateError::ChainInvalid(text) => {
            text.contains("CertExpired") || text.contains("CertNotValidYet")
        }
        _ => false,
    }
}
