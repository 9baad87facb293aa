//! `sbom`: the SBOM of an image or an index, in one or several formats.

use std::path::PathBuf;

use blob::{Error, Outputs, Result};
use clap::{Args, ValueEnum};
use image_contents::Contents;
use sbom::{render, Creator, Format, Subject};
use worker::Request;

use crate::files;

/// The annotation with the publisher of an image.
const VENDOR: &str = "org.opencontainers.image.vendor";

/// Writes the SBOM of an image or an index, in one or several formats.
#[derive(Args)]
pub(crate) struct Sbom {
    /// Contents of the image or the index.
    #[arg(long, value_name = "FILE")]
    contents: PathBuf,
    /// SBOM to write; given once for each --format, in the same order.
    #[arg(long = "output", value_name = "FILE", required = true)]
    outputs: Vec<PathBuf>,
    #[command(flatten)]
    options: SbomOptions,
}

/// The formats of SBOMs, and their supplier.
#[derive(Args, Debug)]
pub struct SbomOptions {
    /// Format of an SBOM; may be given several times.
    #[arg(long = "format", value_enum, required = true)]
    formats: Vec<FormatName>,
    /// Organization that publishes the image: the supplier of the image and its layers. By default the annotation
    /// `org.opencontainers.image.vendor` of the image; without one, the documents do not state a supplier.
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    #[value(name = "spdx-2.3")]
    Spdx2,
    #[value(name = "spdx-3.0.1")]
    Spdx3,
    #[value(name = "cyclonedx-1.6")]
    CycloneDx16,
    #[value(name = "cyclonedx-1.7")]
    CycloneDx17,
}

impl FormatName {
    fn format(self) -> Format {
        match self {
            Self::Spdx2 => Format::Spdx2,
            Self::Spdx3 => Format::Spdx3,
            Self::CycloneDx16 => Format::CycloneDx16,
            Self::CycloneDx17 => Format::CycloneDx17,
        }
    }
}

impl Sbom {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        if self.options.formats.len() != self.outputs.len() {
            let cause = format!(
                "found {} of them and {} of --format, expected the same number",
                self.outputs.len(),
                self.options.formats.len()
            );
            return Err(Error::cannot("read", "--output", cause));
        }
        let contents = files::read_contents(request, &self.contents)?;
        let mut outputs = Outputs::new();
        for (sbom, output) in self.options.render(&contents)?.iter().zip(&self.outputs) {
            outputs
                .add(&request.path(output), sbom)
                .map_err(|error| error.within("write", output.display()))?;
        }
        outputs.commit()
    }
}

impl SbomOptions {
    /// The number of formats.
    pub fn count(&self) -> usize {
        self.formats.len()
    }

    /// The SBOM of an image or an index in each format, in the order of the options.
    ///
    /// # Errors
    ///
    /// The contents contradict each other.
    pub fn render(&self, contents: &Contents) -> Result<Vec<Vec<u8>>> {
        let given = self.organization.clone().filter(|name| !name.is_empty());
        let creator = Creator {
            tool: "distroless".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            organization: given.or_else(|| vendor(contents)),
        };
        let formats = self.formats.iter();
        formats
            .map(|format| render(Subject::from(contents), &creator, format.format()))
            .collect()
    }
}

/// The publisher that all images state.
fn vendor(contents: &Contents) -> Option<String> {
    let mut vendors = contents
        .images()
        .iter()
        .map(|image| image.annotations.get(VENDOR));
    let first = vendors.next().flatten()?;
    vendors
        .all(|other| other == Some(first))
        .then(|| first.clone())
}
