//! `verify`: signatures, statements and tags of published images.

use std::path::PathBuf;

use blob::{Error, Result, ResultExt};
use clap::Args;

use crate::connection::Connection;
use crate::output;
use crate::published::Selection;
use crate::statements::predicate_type;
use crate::verify::{self, Expectation, Request, SignerOptions};

/// Verify published images: who signed them, which statements they have, and what their tags point to
///
/// It reports everything that is wrong; the exit code is then 1.
#[derive(Debug, Args)]
pub struct Verify {
    /// Image, such as `registry.example/team/app:latest`. Without tag and digest: the images of all tags, and the history of
    /// the tags. The default is all repositories in the file of `--expect`.
    #[arg(required_unless_present = "expect", value_name = "REFERENCE")]
    references: Vec<String>,
    /// Type of a statement that each image must have: a URL, such as `https://spdx.dev/Document`, or a name: spdxjson,
    /// cyclonedx, slsaprovenance1, openvex; may be given several times.
    #[arg(long = "require", value_name = "TYPE")]
    required: Vec<String>,
    /// File with the digests that tags must have: the lines `REPOSITORY:TAG@DIGEST` that `push` prints.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Download every blob and compare its digest.
    #[arg(long)]
    blobs: bool,
    /// Directory that gets an accepted signature of each image, `sha256-DIGEST.json`: the `bundles` of the rule `signed_image`.
    #[arg(long, value_name = "DIRECTORY")]
    save_bundles: Option<PathBuf>,
    /// Directory that gets each accepted statement, `sha256-DIGEST.TYPE.json`, and its signature,
    /// `sha256-DIGEST.TYPE.sigstore.json`. If an image has several statements of a type, the others are `TYPE.2`, `TYPE.3`.
    #[arg(long, value_name = "DIRECTORY")]
    save_statements: Option<PathBuf>,
    /// Print JSON: docs/reference/formats/verify_report.md describes it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    signers: SignerOptions,
    #[command(flatten)]
    connection: Connection,
}

impl Verify {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// The message is for the user of the command line.
    pub fn run(&self) -> Result<()> {
        let signers = self.signers.signers()?;
        let expectation = self.expect.as_deref().map(Expectation::read).transpose()?;
        let selections = match &expectation {
            Some(expectation) if self.references.is_empty() => expectation.selections(),
            _ => Selection::parse(&self.references)?,
        };
        if signers.is_none() && (expectation.is_none() || !self.required.is_empty()) {
            let cause = "no trusted signer is given";
            return Err(Error::cannot("verify", self.object(), cause)
                .hint("pass --key, or --trusted-root with --identity and --issuer"));
        }
        let required = self.required.iter();
        let required = required.map(|text| predicate_type("--require", text));
        let required: Vec<String> = required.collect::<Result<_>>()?;
        let progress = output::progress();
        let client = self.connection.client(&progress)?;
        let request = Request {
            selections: &selections,
            signers: signers.as_ref(),
            required: &required,
            statements: self.save_statements.as_deref(),
            expectation: expectation.as_ref(),
            blobs: self.blobs,
            jobs: usize::from(self.connection.jobs),
        };
        let report = verify::verify(&client, &request);
        if let Some(directory) = &self.save_bundles {
            verify::save_bundles(&report, directory)?;
        }
        if self.json {
            let text = serde_json::to_string_pretty(&report).cannot("write", "report")?;
            output::document(&text)?;
        } else {
            verify::print(&report)?;
        }
        match report.problems() {
            0 => Ok(()),
            1 => Err(self.failed("there is 1 problem")),
            count => Err(self.failed(&format!("there are {count} problems"))),
        }
    }

    fn failed(&self, cause: &str) -> Error {
        Error::cannot("verify", self.object(), cause)
    }

    /// The images, or the file that names them.
    fn object(&self) -> String {
        match &self.expect {
            Some(file) if self.references.is_empty() => file.display().to_string(),
            _ => self.references.join(", "),
        }
    }
}
