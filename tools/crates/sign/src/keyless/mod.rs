//! Verification of bundles that were signed with a certificate (keyless): a certificate authority confirms who used the
//! key, and a transparency log confirms when (<https://docs.sigstore.dev/about/security/>).

mod provider;
mod refused;
mod trusted_root;

use blob::Digest;
use sigstore_verify::types::{ArtifactDigest, Bundle, HashAlgorithm, SignatureContent};
use sigstore_verify::VerificationPolicy;

pub use trusted_root::TrustedRoot;

use crate::line::line;
use crate::statement::Claim;
use crate::{bundle, certificate, der_lengths, dsse, Expected, Identity, Refusal};

/// The maximum number of log entries, and of time stamps, of a bundle: each needs checks of signatures.
const MAX_EVIDENCE: usize = 8;

/// A keyless bundle whose signature, certificate, log entry and subject are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedKeyless {
    /// Who signed.
    pub identity: Identity,
    /// The predicate type of the statement.
    pub predicate_type: String,
    /// The statement: the signed bytes.
    pub payload: Vec<u8>,
}

/// Verifies a keyless bundle without network: the certificate chains to the trusted root and was valid when the log
/// recorded the signature, the log entry and its proof are valid and belong to this signature, one of `identities`
/// signed, and the statement is as expected.
///
/// The clock of the machine is read: a log entry from the future is refused.
///
/// # Errors
///
/// See [`Refusal`].
pub fn verify_keyless(
    bundle: &[u8],
    root: &TrustedRoot,
    identities: &[Identity],
    expected: &Expected<'_>,
) -> Result<VerifiedKeyless, Refusal> {
    let bundle = parse(bundle)?;
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return Err(bundle::unsupported_file_signature());
    };
    let payload = envelope.payload.as_bytes().to_vec();
    let subject = artifact(expected.subject)?;
    // The identity is compared below: the library accepts one only, and its names are compared here with several.
    let policy = VerificationPolicy::any_identity();
    let verified = match root.verifier().verify(subject, &bundle, &policy) {
        Ok(verified) => verified,
        Err(error) => return Err(refused::refusal(&error, &payload, expected)),
    };
    let found = Identity {
        name: verified
            .identity()
            .map_or_else(String::new, |name| name.as_str().to_owned()),
        issuer: verified.issuer().unwrap_or_default().to_owned(),
    };
    if found.name.is_empty() || !identities.contains(&found) {
        return Err(Refusal::WrongIdentity {
            name: line(&found.name),
            issuer: line(&found.issuer),
        });
    }
    if envelope.payload_type != dsse::IN_TOTO {
        return Err(dsse::wrong_type(&envelope.payload_type));
    }
    let claim = Claim::parse(&payload)?;
    expected.check(&claim)?;
    Ok(VerifiedKeyless {
        identity: found,
        predicate_type: claim.predicate_type,
        payload,
    })
}

fn parse(bytes: &[u8]) -> Result<Bundle, Refusal> {
    let not = |cause: &str| Refusal::NotABundle(line(cause));
    bundle::check_document(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|error| not(&error.to_string()))?;
    let parsed = Bundle::from_json(text).map_err(|error| not(&error.to_string()))?;
    let material = &parsed.verification_material;
    let Some(certificate) = parsed.signing_certificate() else {
        let found = "signed with a key, expected a certificate (keyless)";
        return Err(Refusal::Unsupported(found.to_owned()));
    };
    if !der_lengths::fit(certificate.as_bytes()) {
        return Err(not(certificate::MALFORMED));
    }
    let stamps = &material.timestamp_verification_data.rfc3161_timestamps;
    if material.tlog_entries.len() > MAX_EVIDENCE || stamps.len() > MAX_EVIDENCE {
        return Err(not("it has more than 8 log entries or time stamps"));
    }
    Ok(parsed)
}

fn artifact(subject: Digest) -> Result<ArtifactDigest, Refusal> {
    let bytes = subject.as_bytes().to_vec();
    ArtifactDigest::new(HashAlgorithm::Sha2256, bytes)
        .map_err(|error| Refusal::Untrusted(line(&error.to_string())))
}
