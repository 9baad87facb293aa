//! `index_writer refuse`.

use blob::{Error, Result};
use clap::Args;

/// Fails, and says why and what to build instead: what a target does that stands for an image that is not made.
#[derive(Args)]
pub(crate) struct Refuse {
    /// Label that was asked for.
    #[arg(long, value_name = "LABEL")]
    image: String,
    /// Why there is no such image.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: String,
    /// Label to build instead.
    #[arg(long, value_name = "LABEL")]
    instead: Option<String>,
}

impl Refuse {
    pub(crate) fn run(&self) -> Result<()> {
        let error = Error::cannot("build", &self.image, &self.reason);
        Err(match &self.instead {
            Some(instead) => error.hint(format!("build `{instead}` instead")),
            None => error,
        })
    }
}
