//! The signers that a user trusts.

use std::fmt;

use blob::Digest;

use crate::{
    verify, verify_keyless, verify_simple_signing, Expected, Identity, PublicKey, Refusal,
    TrustedRoot,
};

/// Public keys, and people or workflows that certificates identify. Each of them may sign.
#[derive(Debug, Default)]
pub struct Trust {
    /// Keys that may sign: during a key rotation, the old and the new one.
    pub keys: Vec<PublicKey>,
    /// Identities that may sign without a key.
    pub keyless: Option<Keyless>,
}

/// Identities, and the authorities that confirm them.
#[derive(Debug)]
pub struct Keyless {
    /// Certificate authorities and logs.
    pub root: TrustedRoot,
    /// Identities that may sign.
    pub identities: Vec<Identity>,
}

/// The signer of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedBy {
    /// A key.
    Key(PublicKey),
    /// The owner of a certificate.
    Identity(Identity),
}

/// A bundle with a valid signature of a trusted signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Who signed.
    pub signer: SignedBy,
    /// The predicate type of the statement.
    pub predicate_type: String,
    /// The statement: the signed bytes.
    pub payload: Vec<u8>,
}

impl Trust {
    /// Verifies a bundle, by [`verify`] if a key signed it, else by [`verify_keyless`].
    ///
    /// # Errors
    ///
    /// See [`Refusal`].
    pub fn verify(&self, bundle: &[u8], expected: &Expected<'_>) -> Result<Accepted, Refusal> {
        let Some(keyless) = &self.keyless else {
            return self.verify_with_keys(bundle, expected);
        };
        if !self.keys.is_empty() {
            match self.verify_with_keys(bundle, expected) {
                // It may have a certificate.
                Err(Refusal::Unsupported(_)) => {}
                other => return other,
            }
        }
        let found = verify_keyless(bundle, &keyless.root, &keyless.identities, expected)?;
        Ok(Accepted {
            signer: SignedBy::Identity(found.identity),
            predicate_type: found.predicate_type,
            payload: found.payload,
        })
    }

    fn verify_with_keys(
        &self,
        bundle: &[u8],
        expected: &Expected<'_>,
    ) -> Result<Accepted, Refusal> {
        let found = verify(bundle, &self.keys, expected)?;
        Ok(Accepted {
            signer: SignedBy::Key(found.key.clone()),
            predicate_type: found.predicate_type,
            payload: found.payload,
        })
    }

    /// Verifies a signature of cosign 2 ([`verify_simple_signing`]), which only keys make here.
    ///
    /// # Errors
    ///
    /// See [`Refusal`].
    pub fn verify_simple_signing(
        &self,
        text: &[u8],
        signature: &str,
        subject: Digest,
    ) -> Result<SignedBy, Refusal> {
        let key = verify_simple_signing(text, signature, &self.keys, subject)?;
        Ok(SignedBy::Key(key.clone()))
    }
}

impl fmt::Display for SignedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "key `{}`", key.fingerprint()),
            Self::Identity(Identity { name, issuer }) => {
                write!(f, "`{name}`, confirmed by issuer `{issuer}`")
            }
        }
    }
}
