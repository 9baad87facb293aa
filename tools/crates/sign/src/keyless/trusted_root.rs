//! The trust of keyless verification: certificate authorities and logs.

use std::fmt;

use blob::{Error, Result};
use sigstore_verify::{trust_root, Verifier};

use super::provider;
use crate::line::line;

const VERB: &str = "read trusted root";

/// The maximum size of a trusted root, in bytes.
const MAX_TRUSTED_ROOT: usize = 1024 * 1024;

/// Certificate authorities and transparency logs that are trusted
/// (<https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto>).
pub struct TrustedRoot {
    verifier: Verifier,
}

impl TrustedRoot {
    /// Parses `trusted_root.json`: the file that `cosign trusted-root create` writes, or that Sigstore publishes. It is
    /// trusted as a whole. `name` is for messages.
    ///
    /// # Errors
    ///
    /// The text is not a trusted root, or a key or certificate in it is malformed or of an unsupported algorithm.
    pub fn parse(name: &str, json: &str) -> Result<Self> {
        if json.len() > MAX_TRUSTED_ROOT {
            return Err(Error::cannot(VERB, name, "it is larger than 1 MiB"));
        }
        provider::install();
        let cannot = |error: &dyn fmt::Display| Error::cannot(VERB, name, line(&error.to_string()));
        let root = trust_root::TrustedRoot::from_json(json).map_err(|error| cannot(&error))?;
        let verifier = Verifier::new(&root).map_err(|error| cannot(&error))?;
        Ok(Self { verifier })
    }

    pub(super) fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}

impl fmt::Debug for TrustedRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedRoot").finish_non_exhaustive()
    }
}
