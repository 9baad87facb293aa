//! Signatures that an earlier run checked: who only prints packages need not check those of the same `InRelease` with the same
//! keyring again. The check uses the date in the `InRelease`, and no clock, so its answer stays the same. Dates are compared
//! with the clock in every run.
//!
//! The answer is as trustworthy as the cache, like [`Positions`](crate::positions::Positions); so no lock is made with it.

use apt_archive::{Fetch, KeyringFile, SignedRelease, Signers};
use blob::{Digest, Result};

/// The version of the key.
const VERSION: u32 = 1;

/// Finds and stores the signers of files.
pub(crate) struct CheckedSignatures<'a> {
    /// The identity of the program.
    program: &'a str,
}

impl<'a> CheckedSignatures<'a> {
    /// Those that this program checked.
    pub(crate) fn of(program: &'a str) -> Self {
        Self { program }
    }

    /// Opens an `InRelease` file: with the signers that an earlier run found, or else as [`SignedRelease::open`].
    pub(crate) fn open(
        &self,
        bytes: &[u8],
        keyring: &KeyringFile,
        fetch: &dyn Fetch,
    ) -> Result<SignedRelease> {
        let key = self.key(bytes, keyring);
        let found = fetch.find_result(&key);
        if let Some(signers) = found.and_then(|text| Signers::of_text(&text)) {
            if let Ok(Some(signed)) = SignedRelease::open_checked(bytes, signers) {
                return Ok(signed);
            }
        }
        let signed = SignedRelease::open(bytes, &keyring.parse()?)?;
        if let Some(signers) = signed.signers() {
            fetch.put_result(&key, signers.to_text().as_bytes());
        }
        Ok(signed)
    }

    /// The digest of everything that the answer depends on.
    fn key(&self, bytes: &[u8], keyring: &KeyringFile) -> Digest {
        let (program, keyring, file) = (self.program, keyring.digest(), Digest::of(bytes));
        let (keyring, file) = (keyring.hex(), file.hex());
        let key = format!("signatures {VERSION}\n{program}\n{keyring}\n{file}\n");
        Digest::of(key.as_bytes())
    }
}
