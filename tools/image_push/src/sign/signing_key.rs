//! The key or identity that signs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use blob::{read_regular, Error, Result, ResultExt};
use clap::Args;
use keyless::{IdentityToken, Services};
use sign::{Bundle, Plugin, PrivateKey, PublicKey, Signable, Signer, Trust, TrustedRoot};
use transfer::Progress;

use super::password::Password;
use crate::connection::Connection;
use crate::value::Value;

/// The maximum sizes of files, in bytes.
const MAX_KEY: u64 = 64 << 10;
const MAX_TOKEN: u64 = 64 << 10;
const MAX_TRUSTED_ROOT: u64 = 1 << 20;
const MAX_SIGNING_CONFIG: u64 = 1 << 20;

/// The group of the options that choose a signer. Commands that must sign require it.
pub(crate) const SIGNER: &str = "signer";

/// Which key or identity signs: at most one of `--key`, `--plugin` and `--identity-token`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Signer")]
pub(crate) struct KeyOptions {
    /// Private key, ECDSA P-256 in PEM: PKCS #8, SEC 1, or an encrypted key of cosign.
    #[arg(long, value_name = "FILE|env://VARIABLE", group = SIGNER)]
    key: Option<Value>,
    #[command(flatten)]
    password: Password,
    /// Program that signs digests with a key in a KMS or an HSM.
    #[arg(long, value_name = "PROGRAM", group = SIGNER)]
    plugin: Option<OsString>,
    /// Argument of the program; may be given several times.
    #[arg(
        long = "plugin-argument",
        value_name = "TEXT",
        requires = "plugin",
        allow_hyphen_values = true
    )]
    plugin_arguments: Vec<OsString>,
    /// Seconds that a run of the program may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    plugin_timeout: u64,
    /// OpenID Connect token: keyless signing. It is sent to Fulcio only.
    #[arg(long, value_name = "FILE|env://VARIABLE", group = SIGNER)]
    identity_token: Option<Value>,
    /// Fulcio, the certificate authority; by default the public one.
    #[arg(long, value_name = "URL", requires_all = ["identity_token", "rekor"], conflicts_with = "signing_config")]
    fulcio: Option<String>,
    /// Rekor, the transparency log; by default the public one.
    #[arg(long, value_name = "URL", requires_all = ["identity_token", "fulcio"])]
    rekor: Option<String>,
    /// URLs of Fulcio and Rekor, as `cosign signing-config create` writes them.
    #[arg(long, value_name = "FILE", requires = "identity_token")]
    signing_config: Option<PathBuf>,
    /// Sigstore's `trusted_root.json`: keyless signatures are verified with it, and an image that the identity signed before
    /// is not signed again.
    #[arg(long, value_name = "FILE", requires = "identity_token")]
    trusted_root: Option<PathBuf>,
}

/// A key or an identity that signs.
pub(crate) enum SigningKey<'a> {
    /// A key in this process. Its signatures are deterministic.
    Key(PrivateKey),
    /// A key that a program uses.
    Plugin(Plugin),
    /// An identity token. The trusted root, if there is one, is for signatures that exist.
    Keyless(Box<keyless::Keyless<'a>>, Option<PathBuf>),
}

impl KeyOptions {
    /// Whether a key or an identity is given.
    pub(crate) fn is_given(&self) -> bool {
        self.key.is_some() || self.plugin.is_some() || self.identity_token.is_some()
    }

    /// Reads the key, or asks the program for its public key. No request is made.
    ///
    /// # Errors
    ///
    /// The key, the token or another file cannot be read, or the program fails.
    pub(crate) fn signing_key<'p>(
        &self,
        connection: &Connection,
        progress: &'p Progress,
    ) -> Result<SigningKey<'p>> {
        if let Some(key) = &self.key {
            return Ok(SigningKey::Key(self.private_key(key)?));
        }
        if let Some(program) = &self.plugin {
            let limit = Duration::from_secs(self.plugin_timeout);
            let plugin = Plugin::new(program, self.plugin_arguments.clone(), limit)?;
            return Ok(SigningKey::Plugin(plugin));
        }
        let Some(token) = &self.identity_token else {
            return Err(Error::cannot("sign", "image", "no key is given"));
        };
        let token = IdentityToken::parse(&token.to_string(), &token.read(MAX_TOKEN)?)?;
        let options = connection.keyless_options();
        let mut keyless = keyless::Keyless::new(self.services()?, token, options, progress)?;
        if let Some(path) = &self.trusted_root {
            keyless = keyless.verified_by(trusted_root(path)?);
        }
        let root = self.trusted_root.clone();
        Ok(SigningKey::Keyless(Box::new(keyless), root))
    }

    fn private_key(&self, key: &Value) -> Result<PrivateKey> {
        let text = key.read(MAX_KEY)?;
        let name = key.to_string();
        // Keys that are not encrypted need no password.
        let password = if text.contains("ENCRYPTED") {
            Some(self.password.required("read private key", &name)?)
        } else {
            None
        };
        PrivateKey::parse(&name, &text, password.as_deref())
    }

    fn services(&self) -> Result<Services> {
        if let Some(path) = &self.signing_config {
            let text = text(path, MAX_SIGNING_CONFIG)?;
            return Services::from_signing_config(&path.display().to_string(), &text);
        }
        match (&self.fulcio, &self.rekor) {
            (Some(fulcio), Some(rekor)) => Services::new(fulcio, rekor),
            _ => Ok(Services::public()),
        }
    }
}

impl SigningKey<'_> {
    /// Signs a statement.
    ///
    /// # Errors
    ///
    /// The statement is invalid, or the key cannot be used.
    pub(crate) fn sign(&self, statement: &dyn Signable) -> Result<Bundle> {
        match self {
            Self::Key(key) => Bundle::sign(statement, key),
            Self::Plugin(plugin) => Bundle::sign(statement, plugin),
            Self::Keyless(keyless, _) => keyless.sign(statement),
        }
    }

    /// Checks that `--replace` can find the statements of this signer.
    ///
    /// # Errors
    ///
    /// Signatures of an identity cannot be verified, for lack of a trusted root.
    pub(crate) fn check_replace(&self) -> Result<()> {
        if matches!(self, Self::Keyless(_, None)) {
            let cause = "signatures of an identity cannot be verified without a trusted root";
            let error = Error::cannot("use option", "--replace", cause);
            return Err(error.hint("pass --trusted-root"));
        }
        Ok(())
    }

    /// Whether the same statement always has the same signature.
    pub(crate) fn is_deterministic(&self) -> bool {
        matches!(self, Self::Key(_))
    }

    /// This signer as the only trusted one; `None` if its signatures cannot be verified, for lack of a trusted root.
    ///
    /// # Errors
    ///
    /// Fulcio gives no certificate for the token, or the trusted root cannot be read.
    pub(crate) fn trust(&self) -> Result<Option<Trust>> {
        let of_key = |key: &PublicKey| Trust {
            keys: vec![key.clone()],
            keyless: None,
        };
        Ok(match self {
            Self::Key(key) => Some(of_key(key.public_key())),
            Self::Plugin(plugin) => Some(of_key(plugin.public_key())),
            Self::Keyless(_, None) => None,
            Self::Keyless(keyless, Some(path)) => Some(Trust {
                keys: Vec::new(),
                keyless: Some(sign::Keyless {
                    root: trusted_root(path)?,
                    identities: vec![keyless.identity()?],
                }),
            }),
        })
    }
}

fn trusted_root(path: &Path) -> Result<TrustedRoot> {
    let text = text(path, MAX_TRUSTED_ROOT)?;
    TrustedRoot::parse(&path.display().to_string(), &text)
}

fn text(path: &Path, most: u64) -> Result<String> {
    let bytes = read_regular(path, most).cannot("read", path.display())?;
    String::from_utf8(bytes).cannot("read", path.display())
}
