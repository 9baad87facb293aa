//! `diff`: the difference of two images, image indexes or locks.

use std::io::Write;
use std::path::PathBuf;

use blob::{Error, Result, ResultExt};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::Args;
use contents_diff::{render, Format, Report};
use worker::Request;

use super::assessed::knowledge;
use crate::comparison::{compare, Details, Input};
use crate::files;

/// Writes the difference of two images, image indexes or locks.
#[derive(Args)]
pub(crate) struct Diff {
    /// Old side: a contents file, an OCI layout directory, a tar archive of one, a `docker save` archive, or a lock.
    old: PathBuf,
    /// New side, as the old one. A lock is compared with a lock.
    new: PathBuf,
    /// Name of the old side in the report, if it is no contents file; by default its path.
    #[arg(long, value_name = "NAME")]
    old_name: Option<String>,
    /// Name of the new side in the report, if it is no contents file; by default its path.
    #[arg(long, value_name = "NAME")]
    new_name: Option<String>,
    /// Platform of the images, such as linux/arm64. By default, all platforms that both sides have.
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<String>,
    /// Details of a layer of the old side, with symbols and changelogs; may be given several times.
    #[arg(long, value_name = "FILE")]
    old_details: Vec<PathBuf>,
    /// Details of a layer of the new side; may be given several times.
    #[arg(long, value_name = "FILE")]
    new_details: Vec<PathBuf>,
    /// Lock of Debian's security tracker: the issues of both sides are compared.
    #[arg(long, value_name = "FILE")]
    tracker: Option<PathBuf>,
    /// Reviews: the binary packages or files that issues are in.
    #[arg(long, value_name = "FILE", requires = "tracker")]
    reviews: Option<PathBuf>,
    /// Format of the report; may be given several times, once for each --output.
    #[arg(long, default_value = "text", value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| name.parse::<Format>()))]
    format: Vec<Format>,
    /// The report; without it, the report is printed.
    #[arg(long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Leave out the lists of files, layers, symbols and changelog entries, except in JSON.
    #[arg(long)]
    summary: bool,
    /// Exit with code 1 if the sides differ.
    #[arg(long)]
    exit_code: bool,
}

impl Diff {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let platform = self.platform.as_deref();
        let sides = [
            Input {
                path: &self.old,
                name: self.old_name.as_deref(),
                details: Details::read(request, &self.old_details)?,
            },
            Input {
                path: &self.new,
                name: self.new_name.as_deref(),
                details: Details::read(request, &self.new_details)?,
            },
        ];
        let tracker = self.tracker.as_deref();
        let knowledge = tracker.map(|path| knowledge(request, path, self.reviews.as_deref()));
        let report = compare(request, &sides, platform, knowledge.transpose()?.as_ref())?;
        self.write(request, &report)?;
        if self.exit_code && !report.is_empty() {
            let object = self.new.display();
            let cause = format!("it differs from `{}`", self.old.display());
            return Err(Error::cannot("accept", object, cause));
        }
        Ok(())
    }

    fn write(&self, request: &Request, report: &Report) -> Result<()> {
        let formats = self.format.iter().copied();
        if self.output.is_empty() {
            for format in formats {
                let text = render(report, format, self.summary)?;
                let printed = std::io::stdout().write_all(&text);
                printed.cannot("print", "difference")?;
            }
            return Ok(());
        }
        if self.output.len() != self.format.len() {
            let (formats, outputs) = (self.format.len(), self.output.len());
            let cause = format!("{formats} --format and {outputs} --output");
            return Err(
                Error::cannot("write", "difference", cause).hint("give each --output its --format")
            );
        }
        for (format, output) in formats.zip(&self.output) {
            files::write(request, output, &render(report, format, self.summary)?)?;
        }
        Ok(())
    }
}
