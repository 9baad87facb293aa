//! How to use a registry.

use std::path::PathBuf;
use std::time::Duration;

use transfer::http::ClientCertificate;

/// How to use registries.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of attempts for a request with temporary failures; 0 counts as 1.
    pub attempts: u32,
    /// How long a response may take to begin, and the interval in which the speed of a download is measured.
    pub timeout: Duration,
    /// The value of the header `User-Agent`: `NAME/VERSION`.
    pub user_agent: String,
    /// Registries, as `HOST` or `HOST:PORT`, that are used over HTTP without encryption. This machine needs no entry: it
    /// is asked over HTTP first, and over HTTPS if it speaks TLS.
    pub plain_http: Vec<String>,
    /// PEM files of certificate authorities, in addition to those of the system.
    pub ca_files: Vec<PathBuf>,
    /// The certificate by which the client identifies itself.
    pub client_certificate: Option<ClientCertificate>,
    /// A blob with more bytes is uploaded in several requests of this size, at least 1.
    pub chunk: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            attempts: 5,
            timeout: Duration::from_secs(60),
            user_agent: concat!("distroless/", env!("CARGO_PKG_VERSION")).to_owned(),
            plain_http: Vec::new(),
            ca_files: Vec::new(),
            client_certificate: None,
            // Below the limit of a request body that proxies in front of registries have by default.
            chunk: 64 << 20,
        }
    }
}

/// The permissions of a token. A token service may refuse more than the user has, so the caller states which operations it
/// will use in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Reading.
    Pull,
    /// Reading and writing.
    Push,
    /// Reading, writing and deleting.
    Delete,
}

impl Access {
    /// The actions of a scope: <https://distribution.github.io/distribution/spec/auth/scope/>.
    pub(crate) fn actions(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "pull,push",
            Self::Delete => "delete,pull,push",
        }
    }
}
