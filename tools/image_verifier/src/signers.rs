//! The signers that the command line names.

use std::path::PathBuf;

use blob::{Error, Result};
use clap::Args;
use sign::{Identity, Keyless, PublicKey, Trust, TrustedRoot};
use worker::Request;

use crate::files::read_text;

/// The maximum size of a key, and of a trusted root, in bytes.
const MAX_KEY: u64 = 64 << 10;
const MAX_TRUSTED_ROOT: u64 = 1 << 20;

/// Trusted signers. Each of them may sign.
#[derive(Args)]
pub(crate) struct Signers {
    /// Public key in PEM; may be given several times.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Certificate authorities and logs of keyless signatures, in Sigstore's format.
    #[arg(long, value_name = "FILE", requires = "identities")]
    trusted_root: Option<PathBuf>,
    /// Name in the certificate of a keyless signature; may be given several times, each with `--issuer`.
    #[arg(long = "identity", value_name = "NAME", requires = "trusted_root")]
    identities: Vec<String>,
    /// Issuer that confirmed the name; one for each `--identity`, in the same order.
    #[arg(long = "issuer", value_name = "URL", requires = "identities")]
    issuers: Vec<String>,
}

impl Signers {
    /// Reads keys and trusted root.
    pub(crate) fn trust(&self, request: &Request) -> Result<Trust> {
        let (identities, issuers) = (self.identities.len(), self.issuers.len());
        if identities != issuers {
            let cause = format!("expected one for each --identity ({identities}), found {issuers}");
            return Err(Error::cannot("read", "--issuer", cause));
        }
        let keys = self.keys.iter().map(|path| {
            let text = read_text(request, path, MAX_KEY)?;
            PublicKey::parse(&path.display().to_string(), &text)
        });
        let trust = Trust {
            keys: keys.collect::<Result<_>>()?,
            keyless: self.keyless(request)?,
        };
        if trust.keys.is_empty() && trust.keyless.is_none() {
            let cause = "no trusted signer is given";
            return Err(Error::cannot("verify", "image", cause)
                .hint("pass --key, or --trusted-root with --identity and --issuer"));
        }
        Ok(trust)
    }

    fn keyless(&self, request: &Request) -> Result<Option<Keyless>> {
        let Some(path) = &self.trusted_root else {
            return Ok(None);
        };
        let text = read_text(request, path, MAX_TRUSTED_ROOT)?;
        let root = TrustedRoot::parse(&path.display().to_string(), &text)?;
        let pairs = self.identities.iter().zip(&self.issuers);
        let identities = pairs.map(|(name, issuer)| Identity {
            name: name.clone(),
            issuer: issuer.clone(),
        });
        Ok(Some(Keyless {
            root,
            identities: identities.collect(),
        }))
    }
}
