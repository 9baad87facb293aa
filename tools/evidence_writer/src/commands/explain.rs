//! `explain`: one issue, for people.

use std::io::Write;

use blob::{Result, ResultExt};
use clap::{Args, ValueEnum};
use worker::Request;

use super::assessed::{Assessments, Input};

/// Prints what Debian's security tracker says about an issue, which of the images have it, and what to do.
#[derive(Args)]
pub(crate) struct Explain {
    /// The issue: `CVE-2024-1234`.
    issue: String,
    #[command(flatten)]
    input: Input,
    /// Format.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Lines for people.
    Text,
    /// JSON for programs.
    Json,
}

impl Explain {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let Assessments {
            snapshot,
            mut assessed,
        } = self.input.assess(request)?;
        // The images of an index say more than the index.
        assessed.retain(|one| one.platform.is_some());
        let explanation = vex::explain(&self.issue, &assessed, &snapshot)?;
        let bytes = match self.format {
            Format::Text => explanation.text(&snapshot).into_bytes(),
            Format::Json => explanation.to_json(&snapshot)?,
        };
        let mut out = std::io::stdout().lock();
        out.write_all(&bytes).cannot("write", "standard output")
    }
}
