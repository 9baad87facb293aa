//! `image_inspector join`.

use std::fs;
use std::path::PathBuf;

use blob::{Outputs, Result, ResultExt};
use clap::Args;
use worker::Request;

/// Joins the reports of the images of an index into one report.
#[derive(Args)]
pub(crate) struct Join {
    /// Report of an image; may be given several times, in the order of the index.
    #[arg(long = "report", value_name = "FILE")]
    reports: Vec<PathBuf>,
    /// Report to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Join {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let read =
            |path: &PathBuf| fs::read_to_string(request.path(path)).cannot("read", path.display());
        let reports: Vec<String> = self.reports.iter().map(read).collect::<Result<_>>()?;
        let mut outputs = Outputs::new();
        outputs.add(&request.path(&self.output), reports.join("\n").as_bytes())?;
        outputs.commit()
    }
}
