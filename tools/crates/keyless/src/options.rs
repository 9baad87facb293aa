//! How to use the services.

use std::path::PathBuf;
use std::time::Duration;

/// How to use the services.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of attempts for a request with temporary failures; 0 counts as 1.
    pub attempts: u32,
    /// How long a response may take to begin, and its body to arrive.
    pub timeout: Duration,
    /// The value of the header `User-Agent`: `NAME/VERSION`.
    pub user_agent: String,
    /// PEM files of certificate authorities for TLS, in addition to those of the system.
    pub ca_files: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            attempts: 5,
            timeout: Duration::from_secs(60),
            user_agent: concat!("distroless/", env!("CARGO_PKG_VERSION")).to_owned(),
            ca_files: Vec::new(),
        }
    }
}
