//! `copy`: images with signatures and other referrers, between repositories and OCI layouts.

use blob::Result;
use clap::Args;

use crate::connection::Connection;
use crate::copy::{copy, Place, Request};
use crate::output;

/// Copy images, with all signatures and other referrers
///
/// A second run changes nothing.
#[derive(Debug, Args)]
pub struct Copy {
    /// Origin: an image (`HOST/PATH:TAG`, `HOST/PATH@DIGEST`), all tags of a repository (`HOST/PATH`), or an OCI layout
    /// (`oci:DIRECTORY`, or one image of it: `oci:DIRECTORY#NAME`).
    from: Place,
    /// Destination: a repository (`HOST/PATH`), which gets the same tags, another tag (`HOST/PATH:TAG`), or an OCI layout
    /// (`oci:DIRECTORY`); may be given several times.
    #[arg(required = true)]
    to: Vec<Place>,
    /// Only tags that match this pattern, in which `*` is any text; may be given several times.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// Copy images without signatures and other referrers.
    #[arg(long)]
    without_referrers: bool,
    /// Only print what would be copied.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Copy {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// The message is for the user of the command line.
    pub fn run(&self) -> Result<()> {
        let progress = output::progress();
        let client = self.connection.client(&progress)?;
        let request = Request {
            from: &self.from,
            to: &self.to,
            only: &self.only,
            without_referrers: self.without_referrers,
            is_dry_run: self.dry_run,
            jobs: usize::from(self.connection.jobs),
        };
        copy(&client, &progress, &request)
    }
}
