//! `attach`: signed statements about images.

use std::path::PathBuf;

use blob::{read_regular, Error, Result, ResultExt};
use clap::{ArgGroup, Args};
use serde_json::Value;

use crate::connection::Connection;
use crate::output;
use crate::published::Selection;
use crate::sign::{attach, Attachment, KeyOptions, Predicate, Selected, SIGNER};

/// The maximum size of a predicate, in bytes. Its bundle in base64 has at most 16 MiB.
const MAX_PREDICATE: u64 = 11 << 20;

/// Attaches a signed statement about an image: an SBOM, its provenance, its vulnerabilities. An image that has the same
/// statement by this key is unchanged.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new(SIGNER).required(true))]
pub(crate) struct Attach {
    /// Image, such as `registry.example/team/app:latest`. Without tag and digest: the images of all tags.
    #[arg(required = true, value_name = "REFERENCE")]
    references: Vec<String>,
    /// JSON file with the content of the statement.
    #[arg(long, value_name = "FILE")]
    predicate: PathBuf,
    /// Type of the content, such as `https://spdx.dev/Document`.
    #[arg(long = "type", value_name = "URL")]
    predicate_type: String,
    /// Attach it to the images that an index lists, too.
    #[arg(long)]
    children: bool,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    connection: Connection,
}

impl Attach {
    pub(crate) fn run(&self) -> Result<()> {
        let selections = Selection::parse(&self.references)?;
        let predicate = self.predicate()?;
        let progress = output::progress();
        let key = self.key.signing_key(&self.connection, &progress)?;
        let client = self.connection.client(&progress)?;
        let selected = Selected {
            selections: &selections,
            children: self.children,
        };
        let attachment = Attachment {
            predicate: &predicate,
            done: "attached",
            jobs: usize::from(self.connection.jobs),
            is_dry_run: false,
        };
        attach(&client, &key, &selected, &attachment)
    }

    fn predicate(&self) -> Result<Predicate> {
        let name = self.predicate.display();
        let bytes = read_regular(&self.predicate, MAX_PREDICATE).cannot("read", name)?;
        let name = self.predicate.display();
        let value: Value = serde_json::from_slice(&bytes).cannot("read", name)?;
        let is_url = self.predicate_type.contains("://");
        if !is_url || self.predicate_type.contains(char::is_whitespace) {
            let cause = "expected a URL, such as `https://spdx.dev/Document`";
            return Err(Error::cannot("use --type", &self.predicate_type, cause));
        }
        if !value.is_object() {
            let name = self.predicate.display();
            return Err(Error::cannot("read", name, "expected a JSON object"));
        }
        Ok(Predicate {
            kind: self.predicate_type.clone(),
            value,
        })
    }
}
