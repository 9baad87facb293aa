//! `index_writer refuse`.

use blob::{Error, Result};
use clap::Args;

/// Fails, and reports why an image does not exist and which label to build instead. The targets of such images run it.
#[derive(Args)]
pub(crate) struct Refuse {
    /// Label of the image that does not exist.
    #[arg(long, value_name = "LABEL")]
    image: String,
    /// Reason why the image does not exist.
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
