//! Command line options for the network.

use std::time::Duration;

use clap::Args;
use transfer::Options;

const USER_AGENT: &str = concat!("distroless-debian_lock/", env!("CARGO_PKG_VERSION"));

/// The network options of every command that queries repositories.
#[derive(Args, Clone, Debug)]
pub(super) struct Network {
    /// Number of attempts for a URL that does not respond, with growing pauses
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    attempts: u32,
    /// Do not use the network: read only the cache and `file:` URLs
    #[arg(long)]
    pub(super) offline: bool,
    /// Seconds without data after which an attempt fails
    #[arg(long, hide = true, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

impl Network {
    pub(super) fn options(&self) -> Options {
        Options {
            attempts: self.attempts,
            offline: self.offline,
            timeout: Duration::from_secs(self.timeout),
            user_agent: USER_AGENT.to_owned(),
        }
    }
}
