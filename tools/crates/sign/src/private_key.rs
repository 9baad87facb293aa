//! Private keys in this process.

use std::fmt;

use blob::{Error, Result, ResultExt};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use p256::SecretKey;

use crate::line::line;
use crate::random::secret_key;
use crate::{encrypted_key, pem, PublicKey, Signer};

const VERB: &str = "read private key";

/// The label of encrypted keys that cosign writes since version 2.
pub(crate) const ENCRYPTED: &str = "ENCRYPTED SIGSTORE PRIVATE KEY";

/// The label of encrypted keys of cosign 1.
const ENCRYPTED_OLD: &str = "ENCRYPTED COSIGN PRIVATE KEY";

/// An ECDSA P-256 key. Signatures are deterministic (<https://www.rfc-editor.org/rfc/rfc6979>). `Debug` shows the
/// public key only.
pub struct PrivateKey {
    key: SigningKey,
    public: PublicKey,
}

impl PrivateKey {
    /// Parses a PEM text: PKCS #8 (`PRIVATE KEY`), SEC 1 (`EC PRIVATE KEY`), or cosign's encrypted key
    /// (`ENCRYPTED SIGSTORE PRIVATE KEY`, `ENCRYPTED COSIGN PRIVATE KEY`). `name` is for messages: a path, or the name
    /// of an environment variable. Only encrypted keys use the password.
    ///
    /// # Errors
    ///
    /// The text is not one PEM block with such a label, the key is malformed or not ECDSA P-256, the scrypt parameters
    /// are not cosign's, or the password is missing or wrong. No message contains a part of the key or password.
    pub fn parse(name: &str, text: &str, password: Option<&[u8]>) -> Result<Self> {
        let block = pem::read(VERB, name, text)?;
        match block.label.as_str() {
            "PRIVATE KEY" => from_pkcs8(name, &block.content),
            "EC PRIVATE KEY" => {
                let key = SecretKey::from_sec1_der(&block.content).ok();
                of(name, key)
            }
            ENCRYPTED | ENCRYPTED_OLD => {
                let der = encrypted_key::decrypt(name, &block.content, password)?;
                from_pkcs8(name, &der)
            }
            label => Err(unexpected_label(name, label)),
        }
    }

    /// Generates a key for a short time: it is never written to a file. [`KeyPair`](crate::KeyPair) is for keys that stay.
    ///
    /// # Errors
    ///
    /// The operating system has no random numbers.
    pub fn generate() -> Result<Self> {
        Self::new(&secret_key()?)
    }

    /// A key that was generated.
    pub(crate) fn new(key: &SecretKey) -> Result<Self> {
        let key = SigningKey::from(key);
        let der = key
            .verifying_key()
            .to_public_key_der()
            .cannot("write", "public key")?;
        let public = PublicKey::from_der("public key", der.as_bytes())?;
        Ok(Self { key, public })
    }
}

impl Signer for PrivateKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let signature: DerSignature = self
            .key
            .try_sign(message)
            .cannot("sign with", self.public.fingerprint())?;
        Ok(signature.as_bytes().to_vec())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public.fingerprint())
            .finish_non_exhaustive()
    }
}

fn from_pkcs8(name: &str, der: &[u8]) -> Result<PrivateKey> {
    of(name, SecretKey::from_pkcs8_der(der).ok())
}

/// The cause in the library's error may depend on secret bytes, so it is not shown.
fn of(name: &str, key: Option<SecretKey>) -> Result<PrivateKey> {
    let cause = "expected an ECDSA P-256 key, found another algorithm or a malformed key";
    let key = key.ok_or_else(|| {
        Error::cannot(VERB, name, cause).hint("use a plugin for keys of other algorithms")
    })?;
    PrivateKey::new(&key)
}

fn unexpected_label(name: &str, label: &str) -> Error {
    let cause = format!(
        "expected the PEM label `PRIVATE KEY`, `EC PRIVATE KEY` or `{ENCRYPTED}`, found `{}`",
        line(label)
    );
    let error = Error::cannot(VERB, name, cause);
    if label == "ENCRYPTED PRIVATE KEY" {
        error.hint("convert it with `cosign import-key-pair`")
    } else {
        error
    }
}
