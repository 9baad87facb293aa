//! Command line options for the network.

use std::time::Duration;

use clap::Args;

/// The network options of every command that queries repositories.
#[derive(Args, Clone, Debug)]
pub(crate) struct Network {
    /// Number of attempts for a URL that does not respond, with growing pauses
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    pub(crate) tries: u32,
    /// Do not use the network: read only the cache and `file:` URLs
    #[arg(long)]
    pub(crate) offline: bool,
    /// Seconds without data after which an attempt fails
    #[arg(long, hide = true, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

impl Network {
    /// How long a response may take to begin, and the interval in which its speed is measured.
    pub(super) fn silence(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    /// How long a connection may take.
    pub(super) fn connecting(&self) -> Duration {
        self.silence().min(Duration::from_secs(15))
    }
}
