//! New keys.

use blob::{Error, Result};
use p256::pkcs8::EncodePrivateKey;

use crate::encrypted_key::{self, NONCE, SALT};
use crate::private_key::ENCRYPTED;
use crate::random::{random, secret_key};
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
