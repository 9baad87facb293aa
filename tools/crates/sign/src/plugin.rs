//! Plugins: programs that sign digests with keys that never leave a KMS, an HSM or another machine.
//!
//! A plugin is a program that is run once for each operation, with the arguments that the user gives, then:
//!
//! | arguments | standard input | standard output |
//! | --- | --- | --- |
//! | `public-key` | empty | the public key: PEM, `PUBLIC KEY` |
//! | `sign sha256` or `sign sha384` | the digest of the message: lower-case hexadecimal digits and a newline | the signature in base64; white space at the ends is ignored |
//!
//! The algorithm of the digest follows from the public key: SHA-256 for ECDSA P-256 and RSA (PKCS #1 v1.5), SHA-384 for
//! ECDSA P-384. ECDSA signatures are in DER. Ed25519 signs messages, not digests, so such keys are refused.
//!
//! Exit code 0 means success. After any other exit code, the first line of the standard error is shown in a message;
//! it must contain no secret. The program gets the environment of its caller, except `COSIGN_PASSWORD`. A program that
//! prints more than 64 KiB or does not end within the time limit is killed, with its process group. Each signature is
//! checked with the public key before it is used.

use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use blob::{Error, Result};
use sha2::{Digest, Sha256, Sha384};

use crate::{base64_text, program, Algorithm, PublicKey, Signer};

/// A program that signs digests.
///
/// Its signatures may differ from run to run, unlike those of a [`PrivateKey`](crate::PrivateKey): ECDSA with random
/// numbers is usual. Look for an existing signature before you sign.
#[derive(Debug)]
pub struct Plugin {
    program: OsString,
    arguments: Vec<OsString>,
    limit: Duration,
    public: PublicKey,
}

impl Plugin {
    /// Asks a program for its public key. `limit` is the time limit of each run.
    ///
    /// # Errors
    ///
    /// The program does not start, fails, exceeds a limit, or prints something else than the public key of an algorithm
    /// that signs digests.
    pub fn new(
        program: impl Into<OsString>,
        arguments: Vec<OsString>,
        limit: Duration,
    ) -> Result<Self> {
        let program = program.into();
        let name = program.to_string_lossy().into_owned();
        let mut command = Command::new(&program);
        command.args(&arguments).arg("public-key");
        let output = program::run(&mut command, b"", limit)
            .map_err(|cause| Error::cannot("get public key from plugin", &name, cause))?;
        let text = String::from_utf8_lossy(&output);
        let public = PublicKey::parse(&name, &text)
            .map_err(|error| error.within("get public key from plugin", &name))?;
        if public.algorithm() == Algorithm::Ed25519 {
            let cause = "a plugin signs digests, and Ed25519 signs messages";
            return Err(Error::cannot("use plugin", &name, cause)
                .hint("use a key of ECDSA P-256, ECDSA P-384 or RSA"));
        }
        Ok(Self {
            program,
            arguments,
            limit,
            public,
        })
    }

    fn signature(&self, algorithm: &str, digest: &str) -> std::result::Result<Vec<u8>, String> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(["sign", algorithm]);
        let output = program::run(&mut command, format!("{digest}\n").as_bytes(), self.limit)?;
        let text = String::from_utf8_lossy(&output);
        base64_text::decode(text.trim()).map_err(|cause| format!("signature: {cause}"))
    }
}

impl Signer for Plugin {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let (algorithm, digest) = match self.public.algorithm() {
            Algorithm::EcdsaP384 => ("sha384", hex(&Sha384::digest(message))),
            _ => ("sha256", hex(&Sha256::digest(message))),
        };
        let name = self.program.to_string_lossy();
        let cannot = |cause: String| Error::cannot("sign with plugin", &name, cause);
        let signature = self.signature(algorithm, &digest).map_err(cannot)?;
        if !self.public.verifies(message, &signature) {
            return Err(cannot(
                "its signature is not valid for its public key".to_owned(),
            ));
        }
        Ok(signature)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
