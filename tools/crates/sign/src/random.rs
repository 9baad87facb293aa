//! Random numbers of the operating system.

use blob::{Error, Result};
use p256::elliptic_curve::zeroize::Zeroizing;
use p256::{FieldBytes, SecretKey};
use rand::rngs::OsRng;
use rand::RngCore;

/// A number that is a valid key, which nearly each one is.
pub(crate) fn secret_key() -> Result<SecretKey> {
    loop {
        let bytes = random::<32>()?;
        if let Ok(key) = SecretKey::from_bytes(FieldBytes::from_slice(bytes.as_slice())) {
            return Ok(key);
        }
    }
}

/// `RngCore::fill_bytes` would panic if the operating system fails.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    OsRng
        .try_fill_bytes(bytes.as_mut_slice())
        .map_err(|error| Error::cannot("generate", "private key", error))?;
    Ok(bytes)
}
