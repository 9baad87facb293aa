//! `vex-gate`: fails if Debian has fixed an issue of the images.

use blob::Result;
use clap::Args;
use worker::Request;

use super::assessed::Input;

/// Fails if Debian has fixed an issue of images in a version that they lack. Issues without a fix do not count: a build
/// cannot change them.
#[derive(Args)]
pub(crate) struct VexGate {
    #[command(flatten)]
    input: Input,
    /// Name of the images in messages [default: their names].
    #[arg(long, value_name = "LABEL")]
    name: Option<String>,
}

impl VexGate {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let assessed = self.input.assess(request)?.assessed;
        let name = self.name.clone();
        let name = name.unwrap_or_else(|| Input::names(&assessed));
        vex::accept(&name, &assessed)
    }
}
