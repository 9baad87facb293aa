//! `sign`: signatures of images.

use blob::Result;
use clap::{ArgAction, ArgGroup, Args};

use crate::connection::Connection;
use crate::output;
use crate::published::Selection;
use crate::sign::{attach, Attachment, Claims, KeyOptions, Selected, SIGNER};

/// Sign images in a registry, as cosign 3 does
///
/// An image that this key signed before is unchanged.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new(SIGNER).required(true))]
pub struct Sign {
    /// Image, such as `registry.example/team/app:latest`. Without tag and digest: the images of all tags.
    #[arg(required = true, value_name = "REFERENCE")]
    references: Vec<String>,
    /// Sign the images that an index lists, too (default).
    #[arg(long, overrides_with = "no_children")]
    children: bool,
    /// Sign an index only, and not the images that it lists.
    #[arg(long, action = ArgAction::SetTrue)]
    no_children: bool,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    connection: Connection,
}

impl Sign {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// The message is for the user of the command line.
    pub fn run(&self) -> Result<()> {
        let selections = Selection::parse(&self.references)?;
        let progress = output::progress();
        let key = self.key.signing_key(&self.connection, &progress)?;
        let client = self.connection.client(&progress)?;
        let selected = Selected {
            selections: &selections,
            children: self.children || !self.no_children,
        };
        let attachment = Attachment {
            claims: Claims::Signature,
            jobs: usize::from(self.connection.jobs),
            is_dry_run: false,
            replaces: false,
            progress: &progress,
        };
        attach(&client, &key, &selected, &attachment)
    }
}
