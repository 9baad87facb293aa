//! Public keys, and signatures by them.

use std::fmt;

use blob::{Digest, Error, Result};
use p256::pkcs8::spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};
use p256::pkcs8::DecodePublicKey;
use rsa::sha2::{Digest as _, Sha256, Sha512};
use rsa::signature::Verifier;
use rsa::traits::PublicKeyParts;

use crate::line::line;
use crate::{base64_text, pem};

/// The label of public keys in PEM.
pub(crate) const LABEL: &str = "PUBLIC KEY";

/// The smallest RSA key that is accepted, in bits. The library refuses keys of more than 4096 bits.
const MIN_RSA_BITS: usize = 2048;

/// <https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1>
const ELLIPTIC_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// <https://www.rfc-editor.org/rfc/rfc8410#section-3>
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// <https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1>
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A signature algorithm: cosign's default for each kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; signatures in DER.
    EcdsaP256,
    /// ECDSA on P-384 with SHA-384; signatures in DER.
    EcdsaP384,
    /// Ed25519 of the message itself, or with prehash (Ed25519ph), as cosign 3 signs.
    Ed25519,
    /// RSA with PKCS #1 v1.5 and SHA-256.
    Rsa,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EcdsaP256 => "ECDSA P-256",
            Self::EcdsaP384 => "ECDSA P-384",
            Self::Ed25519 => "Ed25519",
            Self::Rsa => "RSA",
        })
    }
}

#[derive(Clone, Debug)]
enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
    Rsa(rsa::pkcs1v15::VerifyingKey<Sha256>),
}

/// A public key that signatures are checked with.
#[derive(Clone, Debug)]
pub struct PublicKey {
    der: Vec<u8>,
    key: Key,
}

impl PublicKey {
    /// Parses a PEM text with the label `PUBLIC KEY` (SubjectPublicKeyInfo), the format of `cosign.pub`. `name` is for
    /// messages.
    ///
    /// # Errors
    ///
    /// The text is not one PEM block with this label, or the key is malformed or of an unsupported algorithm.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let block = pem::read("read public key", name, text)?;
        if block.label != LABEL {
            let cause = format!(
                "expected the PEM label `{LABEL}`, found `{}`",
                line(&block.label)
            );
            let error = Error::cannot("read public key", name, cause);
            return Err(if block.label.contains("PRIVATE KEY") {
                error.hint("pass the public key; never give a private key to those who verify")
            } else {
                error
            });
        }
        Self::from_der(name, &block.content)
    }

    /// Parses a SubjectPublicKeyInfo in DER.
    pub(crate) fn from_der(name: &str, der: &[u8]) -> Result<Self> {
        let key = parse(der).map_err(|cause| Error::cannot("read public key", name, cause))?;
        Ok(Self {
            der: der.to_vec(),
            key,
        })
    }

    /// The key in PEM.
    ///
    /// # Errors
    ///
    /// The text cannot be written.
    pub fn pem(&self) -> Result<String> {
        pem::write(LABEL, &self.der)
    }

    /// The SHA-256 of the key in DER, in base64: the key hint in bundles of cosign.
    pub fn fingerprint(&self) -> String {
        base64_text::encode(&Sha256::digest(&self.der))
    }

    /// Whether a SubjectPublicKeyInfo in DER is this key.
    pub(crate) fn is_der(&self, der: &[u8]) -> bool {
        self.der == der
    }

    /// The digest of the key in DER.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.der)
    }

    /// The algorithm of signatures by this key.
    pub fn algorithm(&self) -> Algorithm {
        match self.key {
            Key::P256(_) => Algorithm::EcdsaP256,
            Key::P384(_) => Algorithm::EcdsaP384,
            Key::Ed25519(_) => Algorithm::Ed25519,
            Key::Rsa(_) => Algorithm::Rsa,
        }
    }

    /// Whether `signature` is a signature of `message` by this key. A malformed signature is none.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            Key::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::P384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| verifies_ed25519(key, message, &signature)),
            Key::Rsa(key) => rsa::pkcs1v15::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for PublicKey {}

/// Both variants are safe with one key: Ed25519ph signs a different prefix
/// (<https://www.rfc-editor.org/rfc/rfc8032#section-5.1>).
fn verifies_ed25519(
    key: &ed25519_dalek::VerifyingKey,
    message: &[u8],
    signature: &ed25519_dalek::Signature,
) -> bool {
    let prehashed = || Sha512::new_with_prefix(message);
    key.verify_strict(message, signature).is_ok()
        || key
            .verify_prehashed_strict(prehashed(), None, signature)
            .is_ok()
}

fn parse(der: &[u8]) -> std::result::Result<Key, String> {
    let malformed = |error: &dyn fmt::Display| format!("invalid SubjectPublicKeyInfo: {error}");
    let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|error| malformed(&error))?;
    let algorithm = info.algorithm;
    if algorithm.oid == ELLIPTIC_CURVE {
        let curve = algorithm
            .parameters_oid()
            .map_err(|error| malformed(&error))?;
        return match curve {
            P256 => p256::ecdsa::VerifyingKey::from_public_key_der(der).map(Key::P256),
            P384 => p384::ecdsa::VerifyingKey::from_public_key_der(der).map(Key::P384),
            other => return Err(unsupported(&format!("an elliptic curve, OID {other}"))),
        }
        .map_err(|error| malformed(&error));
    }
    match algorithm.oid {
        ED25519 => ed25519_dalek::VerifyingKey::from_public_key_der(der)
            .map(Key::Ed25519)
            .map_err(|error| malformed(&error)),
        RSA => rsa_key(der),
        other => Err(unsupported(&format!("algorithm OID {other}"))),
    }
}

fn rsa_key(der: &[u8]) -> std::result::Result<Key, String> {
    let key = rsa::RsaPublicKey::from_public_key_der(der)
        .map_err(|error| format!("invalid RSA key, or more than 4096 bits: {error}"))?;
    let bits = key.n().bits();
    if bits < MIN_RSA_BITS {
        return Err(format!(
            "expected an RSA key of 2048 to 4096 bits, found {bits} bits"
        ));
    }
    Ok(Key::Rsa(rsa::pkcs1v15::VerifyingKey::new(key)))
}

fn unsupported(found: &str) -> String {
    format!(
        "unsupported key, expected one of ECDSA P-256, ECDSA P-384, Ed25519, RSA; found {found}"
    )
}
