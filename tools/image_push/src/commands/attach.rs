//! `attach`: signed statements about images.

use std::path::PathBuf;

use blob::Result;
use clap::{ArgGroup, Args};

use crate::connection::Connection;
use crate::output;
use crate::published::Selection;
use crate::sign::{attach, Attachment, Claims, KeyOptions, Selected, SIGNER};
use crate::statements::{predicate_type, StatementFile};

/// Attach a signed statement about an image: an SBOM, its provenance, its vulnerabilities
///
/// An image that has the same statement by this key is unchanged.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new(SIGNER).required(true))]
pub struct Attach {
    /// Image, such as `registry.example/team/app:latest`. Without tag and digest: the images of all tags.
    #[arg(required = true, value_name = "REFERENCE")]
    references: Vec<String>,
    /// JSON file with the content of the statement. A whole in-toto statement must be about each image that gets it.
    #[arg(long, value_name = "FILE")]
    predicate: PathBuf,
    /// Type of the content: a URL, such as `https://spdx.dev/Document`, or a name: spdxjson, cyclonedx, slsaprovenance1,
    /// openvex.
    #[arg(long = "type", value_name = "TYPE")]
    predicate_type: String,
    /// Attach it to the images that an index lists, too.
    #[arg(long)]
    children: bool,
    /// Then remove older statements of this type about the same image, with a valid signature of this signer. Those of
    /// others stay. If the registry refuses to delete one that it lists, the exit code is 1.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    connection: Connection,
}

impl Attach {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// The message is for the user of the command line.
    pub fn run(&self) -> Result<()> {
        let selections = Selection::parse(&self.references)?;
        let predicate_type = predicate_type("--type", &self.predicate_type)?;
        let file = StatementFile::new(self.predicate.clone(), predicate_type);
        file.check()?;
        let progress = output::progress();
        let key = self.key.signing_key(&self.connection, &progress)?;
        if self.replace {
            key.check_replace()?;
        }
        let client = self.connection.client(&progress)?;
        let selected = Selected {
            selections: &selections,
            children: self.children,
        };
        let attachment = Attachment {
            claims: Claims::File(&file),
            jobs: usize::from(self.connection.jobs),
            is_dry_run: false,
            replaces: self.replace,
            progress: &progress,
        };
        attach(&client, &key, &selected, &attachment)
    }
}
