//! `sbom`: the SBOM of an image or an index.

use std::path::PathBuf;

use blob::Result;
use clap::{Args, ValueEnum};
use sbom::{render, Creator, Format, Subject};
use worker::Request;

use crate::files;

/// Writes the SBOM of an image or an index.
#[derive(Args)]
pub(crate) struct Sbom {
    /// Contents of the image or the index.
    #[arg(long, value_name = "FILE")]
    contents: PathBuf,
    /// Format of the SBOM.
    #[arg(long, value_enum)]
    format: FormatName,
    /// Organization that publishes the image.
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// The SBOM.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
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
        let contents = files::read_contents(request, &self.contents)?;
        let creator = Creator {
            tool: "distroless".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            organization: self.organization.clone(),
        };
        let sbom = render(Subject::from(&contents), &creator, self.format.format())?;
        files::write(request, &self.output, &sbom)
    }
}
