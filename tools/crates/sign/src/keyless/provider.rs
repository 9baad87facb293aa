//! The cryptography of keyless verification: the library gets it from its user, and we give it the crates that signatures
//! by key use.
//!
//! Certificate authorities use P-384 or P-256, logs P-256 or Ed25519, old logs RSA. RSA-PSS and ML-DSA are unsupported.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::DecodeRsaPublicKey;
use sha2::{Digest, Sha256, Sha384, Sha512};
use sigstore_verify::crypto::{
    install_default_provider, CryptoProvider, Error, HashContext, Result, SigningScheme,
};
use sigstore_verify::types::HashAlgorithm;

/// Installs the provider for this process. Another installed provider stays.
pub(super) fn install() {
    let _ = install_default_provider(&Provider);
}

#[derive(Debug)]
struct Provider;

impl CryptoProvider for Provider {
    fn hash(&self, algorithm: HashAlgorithm) -> Result<Box<dyn HashContext>> {
        match algorithm {
            HashAlgorithm::Sha2256 => Ok(Box::new(Hash(Sha256::new()))),
            HashAlgorithm::Sha2384 => Ok(Box::new(Hash(Sha384::new()))),
            HashAlgorithm::Sha2512 => Ok(Box::new(Hash(Sha512::new()))),
            _ => Err(Error::UnsupportedAlgorithm(algorithm.to_string())),
        }
    }

    fn verify_raw(
        &self,
        scheme: SigningScheme,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let digest = match scheme {
            SigningScheme::Ed25519 => return ed25519(key, message, signature),
            SigningScheme::EcdsaP256Sha256
            | SigningScheme::EcdsaP384Sha256
            | SigningScheme::RsaPkcs1Sha256 => Sha256::digest(message).to_vec(),
            SigningScheme::EcdsaP256Sha384 | SigningScheme::EcdsaP384Sha384 => {
                Sha384::digest(message).to_vec()
            }
            _ => return Err(unsupported(scheme)),
        };
        self.verify_prehashed(scheme, key, &digest, signature)
    }

    fn verify_prehashed(
        &self,
        scheme: SigningScheme,
        key: &[u8],
        digest: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        match scheme {
            SigningScheme::EcdsaP256Sha256 | SigningScheme::EcdsaP256Sha384 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(bad_key)?;
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(invalid)?;
                key.verify_prehash(digest, &signature).map_err(invalid)
            }
            SigningScheme::EcdsaP384Sha384 | SigningScheme::EcdsaP384Sha256 => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(bad_key)?;
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(invalid)?;
                key.verify_prehash(digest, &signature).map_err(invalid)
            }
            SigningScheme::RsaPkcs1Sha256 => {
                let key = rsa::RsaPublicKey::from_pkcs1_der(key).map_err(bad_key)?;
                let key = rsa::pkcs1v15::VerifyingKey::<rsa::sha2::Sha256>::new(key);
                let signature = rsa::pkcs1v15::Signature::try_from(signature).map_err(invalid)?;
                key.verify_prehash(digest, &signature).map_err(invalid)
            }
            _ => Err(unsupported(scheme)),
        }
    }
}

struct Hash<H>(H);

impl<H: Digest + Send> HashContext for Hash<H> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> Result<()> {
    let key = ed25519_dalek::VerifyingKey::try_from(key).map_err(bad_key)?;
    let signature = ed25519_dalek::Signature::from_slice(signature).map_err(invalid)?;
    key.verify_strict(message, &signature).map_err(invalid)
}

fn bad_key(error: impl std::fmt::Display) -> Error {
    Error::InvalidKey(error.to_string())
}

fn invalid(error: impl std::fmt::Display) -> Error {
    Error::Verification(error.to_string())
}

fn unsupported(scheme: SigningScheme) -> Error {
    Error::UnsupportedAlgorithm(format!("{scheme:?}"))
}
