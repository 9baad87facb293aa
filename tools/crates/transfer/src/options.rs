//! How to use the network.

use std::time::Duration;

/// The longest time that a connection may take.
const LONGEST_CONNECT: Duration = Duration::from_secs(15);

/// How to use the network.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of attempts for a URL with temporary failures; 0 counts as 1.
    pub attempts: u32,
    /// Whether to read only the cache and `file:` URLs.
    pub offline: bool,
    /// How long a response may take to begin, and the interval in which its speed is measured.
    pub timeout: Duration,
    /// The value of the header `User-Agent`: `NAME/VERSION`.
    pub user_agent: String,
}

impl Options {
    /// How long a connection may take.
    pub(crate) fn connect_timeout(&self) -> Duration {
        self.timeout.min(LONGEST_CONNECT)
    }
}
