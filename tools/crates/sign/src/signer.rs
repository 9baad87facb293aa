//! Keys that can sign.

use blob::Result;

use crate::PublicKey;

/// A key that can sign, in this process or elsewhere. Several threads may use it.
pub trait Signer: Send + Sync {
    /// The public key of the signatures.
    fn public_key(&self) -> &PublicKey;

    /// Signs a message: a signature that [`PublicKey::verifies`] accepts.
    ///
    /// # Errors
    ///
    /// The key cannot be used.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>>;
}
