//! `build`: an image from a definition.

use blob::Result;
use clap::Args;

/// Build
#[derive(Args, Debug)]
pub(crate) struct Build {}

impl Build {
    pub(crate) fn run(&self) -> Result<()> {
        Ok(())
    }
}
