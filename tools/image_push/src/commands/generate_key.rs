//! `generate-key`: a new key.

use std::path::PathBuf;

use blob::Result;
use clap::Args;

use crate::output;
use crate::sign::{generate_key, Password};

/// Make a new key (ECDSA P-256), in the format of `cosign generate-key-pair`
#[derive(Debug, Args)]
pub struct GenerateKey {
    /// Private key to write, encrypted with the password. The public key gets the same name with the extension `pub`. An
    /// existing file is never replaced.
    #[arg(long, value_name = "FILE", default_value = "cosign.key")]
    output_key: PathBuf,
    #[command(flatten)]
    password: Password,
}

impl GenerateKey {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// The message is for the user of the command line.
    pub fn run(&self) -> Result<()> {
        let private = &self.output_key;
        let password = self.password.required("generate key", private.display())?;
        let generated = generate_key(private, &password)?;
        output::line(format_args!("private key: {}", private.display()))?;
        output::line(format_args!("public key: {}", generated.public.display()))?;
        output::line(format_args!("fingerprint: {}", generated.fingerprint))
    }
}
