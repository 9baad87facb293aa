//! SBOMs: validators of other projects accept the documents of images in all formats.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{anyhow, Result};
use clap::Args;

use crate::process;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// Enough time for all images of one name: the validators check thousands of files.
const LIMIT: Duration = Duration::from_secs(900);

/// Validates the SBOMs of images and indexes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The program `evidence_writer`.
    #[arg(long)]
    writer: PathBuf,
    /// The program that calls the validators, in Python.
    #[arg(long)]
    program: PathBuf,
    /// The contents of the images and indexes.
    #[arg(required = true)]
    contents: Vec<PathBuf>,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "validators accept the SBOMs";
    let Some(python) = tools.find(report, "sbom-validators", what)? else {
        return Ok(());
    };
    let scratch = tools.fresh_directory("sboms")?;
    let mut command = python.command();
    command.arg(&options.program);
    command.arg("--writer").arg(&options.writer);
    command
        .arg("--scratch")
        .arg(&scratch)
        .args(&options.contents);
    let found = process::run_within(LIMIT, &mut command)?;
    let text = found.text();
    let summary = text.lines().last().unwrap_or_default();
    let outcome = match found.code {
        0 => Ok(()),
        code => Err(anyhow!("exit code {code}\n{text}{}", found.stderr)),
    };
    report.check(format_args!("{what}: {summary}"), outcome);
    Ok(())
}
