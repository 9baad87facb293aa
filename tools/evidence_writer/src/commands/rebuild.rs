//! `rebuild`: the commands that make an image again.

use std::io::Write;
use std::path::PathBuf;

use blob::{Digest, Result, ResultExt};
use clap::Args;
use provenance::{Statement, MAX_STATEMENT};
use worker::Request;

use crate::files;

/// Prints the commands that make an image again and compare its digest.
#[derive(Args)]
pub(crate) struct Rebuild {
    /// Digest of the image or the index; by default that of the index.
    #[arg(value_name = "DIGEST")]
    digest: Option<Digest>,
    /// Provenance of the image: an in-toto statement.
    #[arg(long, value_name = "FILE")]
    provenance: PathBuf,
    /// Command that runs Bazel.
    #[arg(long, value_name = "COMMAND", default_value = "bazel")]
    bazel: String,
}

impl Rebuild {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let file = self.provenance.display().to_string();
        let text = files::read(request, &self.provenance, MAX_STATEMENT)?;
        let text = String::from_utf8(text).cannot("read", &file)?;
        let statement = Statement::parse(&file, &text)?;
        let commands = provenance::rebuild(&statement, self.digest, &self.bazel)?;
        let mut out = std::io::stdout().lock();
        out.write_all(commands.as_bytes())
            .cannot("write", "standard output")
    }
}
