//! New keys.

use blob::{Error, Result};
use p256::elliptic_curve::zeroize::Zeroizing;
use p256::pkcs8::EncodePrivateKey;
use p256::{FieldBytes, SecretKey};
use rand::rngs::OsRng;
use rand::RngCore;

use crate::encrypted_key::{self, NONCE, SALT};
use crate::private_key::ENCRYPTED;
use crate::{pem, PrivateKey, Signer};

/// A new key, in the format of `cosign generate-key-pair`.
#[derive(Debug)]
pub struct KeyPair {
    /// The key, ready to sign.
    pub key: PrivateKey,
    /// The private key, encrypted with the password: the text of `cosign.key`.
    pub private_pem: String,
    /// The public key: the text of `cosign.pub`.
    pub public_pem: String,
}

impl KeyPair {
    /// Generates an ECDSA P-256 key. The password may be empty, as for cosign.
    ///
    /// # Errors
    ///
    /// The operating system has no random numbers.
    pub fn generate(password: &[u8]) -> Result<Self> {
        let key = secret_key()?;
        let der = key
            .to_pkcs8_der()
            .map_err(|error| Error::cannot("write", "private key", error))?;
        let sealed = encrypted_key::encrypt(
            der.as_bytes(),
            password,
            *random::<SALT>()?,
            *random::<NONCE>()?,
        )?;
        let key = PrivateKey::new(&key)?;
        Ok(Self {
            private_pem: pem::write(ENCRYPTED, &sealed)?,
            public_pem: key.public_key().pem()?,
            key,
        })
    }
}

/// A number that is a valid key, which nearly each one is.
fn secret_key() -> Result<SecretKey> {
    loop {
        let bytes = random::<32>()?;
        if let Ok(key) = SecretKey::from_bytes(FieldBytes::from_slice(bytes.as_slice())) {
            return Ok(key);
        }
    }
}

/// `RngCore::fill_bytes` would panic if the operating system fails.
fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    OsRng
        .try_fill_bytes(bytes.as_mut_slice())
        .map_err(|error| Error::cannot("generate", "private key", error))?;
    Ok(bytes)
}
