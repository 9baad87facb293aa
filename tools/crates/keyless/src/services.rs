//! The services that take part in a signature.

use blob::Result;
use ureq::http::Uri;

use crate::{signing_config, url};

/// The URLs of a certificate authority (Fulcio) and of a transparency log (Rekor).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Services {
    pub(crate) fulcio: Uri,
    pub(crate) rekor: Uri,
}

impl Services {
    /// The services with these URLs.
    ///
    /// # Errors
    ///
    /// A URL is invalid, has a password or a query, or is not HTTPS and not one of this machine.
    pub fn new(fulcio: &str, rekor: &str) -> Result<Self> {
        Ok(Self {
            fulcio: url::service(fulcio)?,
            rekor: url::service(rekor)?,
        })
    }

    /// The public services of Sigstore. Their records are public, and stay.
    pub fn public() -> Self {
        Self {
            fulcio: Uri::from_static("https://fulcio.sigstore.dev"),
            rekor: Uri::from_static("https://rekor.sigstore.dev"),
        }
    }

    /// The services that a signing configuration lists: the file that `cosign signing-config create` writes. `name` is
    /// for messages. Of several services that are valid now, the newest one is used.
    ///
    /// # Errors
    ///
    /// The text is not a signing configuration of version 0.2, it lists no valid service of a supported version, it
    /// requires several logs, or a URL is not as for [`new`](Self::new).
    pub fn from_signing_config(name: &str, json: &str) -> Result<Self> {
        let urls = signing_config::read(name, json, jiff::Timestamp::now())?;
        Self::new(&urls.fulcio, &urls.rekor)
            .map_err(|error| error.within("read signing configuration", name))
    }
}
