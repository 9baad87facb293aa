//! The signers that the command line trusts.

use std::path::{Path, PathBuf};

use blob::{read_regular, Error, Result, ResultExt};
use clap::Args;
use sign::{Identity, Keyless, PublicKey, SignedBy, Trust, TrustedRoot};

use super::report::Signer;
use crate::value::Value;

/// The maximum size of a key, and of a trusted root, in bytes.
const MAX_KEY: u64 = 64 << 10;
const MAX_TRUSTED_ROOT: u64 = 1 << 20;

/// Trusted signers. Each of them may sign.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trusted signers")]
pub(crate) struct SignerOptions {
    /// Public key in PEM; may be given several times: during a key rotation, the old and the new key.
    #[arg(long = "key", value_name = "FILE|env://VARIABLE")]
    keys: Vec<Value>,
    /// Name in the certificate of a keyless signature, such as an email address or the URL of a workflow; may be given
    /// several times, each with `--issuer`.
    #[arg(long = "identity", value_name = "NAME", requires = "trusted_root")]
    identities: Vec<String>,
    /// Issuer that confirmed the name; one for each `--identity`, in the same order.
    #[arg(long = "issuer", value_name = "URL", requires = "identities")]
    issuers: Vec<String>,
    /// Certificate authorities and logs of keyless signatures: Sigstore's `trusted_root.json`. No service is asked.
    #[arg(long, value_name = "FILE", requires = "identities")]
    trusted_root: Option<PathBuf>,
}

/// Trusted signers, with the names of their keys.
pub(crate) struct Signers {
    /// The signers.
    pub(crate) trust: Trust,
    names: Vec<String>,
}

impl SignerOptions {
    /// Reads keys and trusted root; `None` if no signer is given.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or identities and issuers do not match.
    pub(crate) fn signers(&self) -> Result<Option<Signers>> {
        let (identities, issuers) = (self.identities.len(), self.issuers.len());
        if identities != issuers {
            let cause = format!("expected one for each --identity ({identities}), found {issuers}");
            return Err(Error::cannot("use option", "--issuer", cause));
        }
        if self.keys.is_empty() && self.identities.is_empty() {
            return Ok(None);
        }
        let keys = self.keys.iter().map(|key| {
            let text = key.read(MAX_KEY)?;
            PublicKey::parse(&key.to_string(), &text)
        });
        let trust = Trust {
            keys: keys.collect::<Result<_>>()?,
            keyless: self.keyless()?,
        };
        let names = self.keys.iter().map(name).collect();
        Ok(Some(Signers { trust, names }))
    }

    fn keyless(&self) -> Result<Option<Keyless>> {
        let Some(path) = &self.trusted_root else {
            return Ok(None);
        };
        let name = path.display().to_string();
        let bytes = read_regular(path, MAX_TRUSTED_ROOT).cannot("read", &name)?;
        let text = String::from_utf8(bytes).cannot("read", &name)?;
        let pairs = self.identities.iter().zip(&self.issuers);
        let identities = pairs.map(|(name, issuer)| Identity {
            name: name.clone(),
            issuer: issuer.clone(),
        });
        Ok(Some(Keyless {
            root: TrustedRoot::parse(&name, &text)?,
            identities: identities.collect(),
        }))
    }
}

impl Signers {
    /// The signer, for the report.
    pub(crate) fn shown(&self, signer: SignedBy) -> Signer {
        match signer {
            SignedBy::Identity(Identity { name, issuer }) => Signer::Identity {
                identity: name,
                issuer,
            },
            SignedBy::Key(key) => {
                let mut keys = self.trust.keys.iter().zip(&self.names);
                let name = keys.find(|(known, _)| **known == key).map(|(_, name)| name);
                Signer::Key {
                    key: name.cloned().unwrap_or_default(),
                    fingerprint: key.fingerprint(),
                }
            }
        }
    }
}

/// The file name, without its directory: reports are compared between machines.
fn name(key: &Value) -> String {
    let file = key.path().and_then(Path::file_name);
    file.map_or_else(
        || key.to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}
