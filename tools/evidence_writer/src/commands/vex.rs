//! `vex`: the issues of an image or an index, for scanners and for people.

use std::path::PathBuf;

use blob::{Error, Outputs, Result};
use clap::{Args, ValueEnum};
use vex::{document, markdown_table, text_table, Assessed, Options};
use worker::Request;

use super::assessed::{Assessments, Input};

/// Writes the issues of images: OpenVEX for scanners, tables for people.
#[derive(Args)]
pub(crate) struct Vex {
    #[command(flatten)]
    input: Input,
    /// Author of the OpenVEX document: a name, a mail address or a URL.
    #[arg(long, value_name = "NAME")]
    author: String,
    /// Name of a repository that gets the images, such as `static-debian12`, in the OpenVEX document; may be given
    /// several times [default: the name of the image].
    #[arg(long = "repository", value_name = "NAME")]
    repositories: Vec<String>,
    /// Format of an output; may be given several times, each with its output.
    #[arg(long = "format", required = true, value_enum)]
    formats: Vec<Format>,
    /// The output, one for each format, in the same order.
    #[arg(long = "output", required = true, value_name = "FILE")]
    outputs: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// OpenVEX 0.2.0, JSON.
    Openvex,
    /// A table as text.
    Text,
    /// A table in Markdown.
    Markdown,
}

impl Vex {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        if self.formats.len() != self.outputs.len() {
            let (formats, outputs) = (self.formats.len(), self.outputs.len());
            let cause = format!("found {formats} formats and {outputs} outputs");
            return Err(Error::cannot("use options", "--format, --output", cause));
        }
        let assessments = self.input.assess(request)?;
        let mut files = Outputs::new();
        for (format, path) in self.formats.iter().zip(&self.outputs) {
            let bytes = self.render(*format, &assessments)?;
            files
                .add(&request.path(path), &bytes)
                .map_err(|error| error.within("write", path.display()))?;
        }
        files.commit()
    }

    fn render(&self, format: Format, assessments: &Assessments) -> Result<Vec<u8>> {
        let Assessments { snapshot, assessed } = assessments;
        let tables = |table: fn(&Assessed, &tracker::Snapshot) -> String| {
            let tables: Vec<String> = assessed.iter().map(|one| table(one, snapshot)).collect();
            tables.join("\n").into_bytes()
        };
        match format {
            Format::Openvex => document(
                assessed,
                snapshot,
                &Options {
                    author: &self.author,
                    tooling: Some(concat!("distroless ", env!("CARGO_PKG_VERSION"))),
                    repositories: &self.repositories,
                },
            ),
            Format::Text => Ok(tables(text_table)),
            Format::Markdown => Ok(tables(markdown_table)),
        }
    }
}
