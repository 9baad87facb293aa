//! Verification of bundles with public keys.

use crate::line::line;
use crate::{Bundle, Expected, PublicKey, Refusal};

/// A bundle whose signature and subject are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<'k> {
    /// The key that made the signature.
    pub key: &'k PublicKey,
    /// The predicate type of the statement.
    pub predicate_type: String,
    /// The statement: the signed bytes.
    pub payload: Vec<u8>,
}

/// Verifies a bundle with several keys, each of which may be the signer: during a key rotation, the old and the new key.
///
/// The key hint of the bundle is not trusted: it only chooses the message if no key matches. Transparency logs and time
/// stamps are not checked, as with `cosign verify --key … --insecure-ignore-tlog=true`: the key alone decides.
///
/// # Errors
///
/// See [`Refusal`].
pub fn verify<'k>(
    bundle: &[u8],
    keys: &'k [PublicKey],
    expected: &Expected<'_>,
) -> Result<Verified<'k>, Refusal> {
    let bundle = Bundle::parse(bundle)?;
    let key = signer(&bundle, keys)?;
    let claim = bundle.envelope().claim()?;
    expected.check(&claim)?;
    Ok(Verified {
        key,
        predicate_type: claim.predicate_type,
        payload: bundle.into_payload(),
    })
}

fn signer<'k>(bundle: &Bundle, keys: &'k [PublicKey]) -> Result<&'k PublicKey, Refusal> {
    let signed = bundle.envelope().signed_bytes();
    let signature = bundle.envelope().signature();
    if let Some(key) = keys.iter().find(|key| key.verifies(&signed, signature)) {
        return Ok(key);
    }
    let hint = bundle.hint();
    if keys.iter().any(|key| key.fingerprint() == hint) {
        Err(Refusal::Tampered(format!("key `{hint}`")))
    } else if hint.is_empty() {
        Err(Refusal::WrongKey(None))
    } else {
        Err(Refusal::WrongKey(Some(line(hint))))
    }
}
