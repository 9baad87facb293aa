//! `sbom`: the SBOM of an image.

use std::path::PathBuf;

use blob::{Error, Outputs, Result};
use clap::Args;
use contents_from_layers::Source;
use evidence_writer::SbomOptions;

use crate::output;
use crate::source::ImageSource;

/// Write the SBOM of an image in one or several formats
///
/// The packages, licences and files are read from the layers.
#[derive(Args, Debug)]
pub(crate) struct Sbom {
    /// OCI layout: a directory or a tar archive, an archive of `docker save`, or the definition of the image.
    #[arg(value_name = "LAYOUT", default_value = "image.yaml")]
    source: PathBuf,
    /// Platform, such as linux/arm64. By default, the SBOM describes all platforms of the image.
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<String>,
    /// File to write; given once for each --format, in the same order. Without it, the SBOM is printed.
    #[arg(long = "output", short, value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Name of the image in the SBOM; by default its path.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    options: SbomOptions,
}

impl Sbom {
    pub(crate) fn run(&self) -> Result<()> {
        let count = self.options.count();
        if self.outputs.len() != count && !(self.outputs.is_empty() && count == 1) {
            let cause = format!(
                "found {} of them and {count} of --format, expected the same number",
                self.outputs.len()
            );
            return Err(Error::cannot("use option", "--output", cause));
        }
        let documents = self.documents()?;
        if self.outputs.is_empty() {
            return documents
                .iter()
                .try_for_each(|document| output::document(document));
        }
        let mut outputs = Outputs::new();
        for (document, path) in documents.iter().zip(&self.outputs) {
            outputs
                .add(path, document)
                .map_err(|error| error.within("write", path.display()))?;
        }
        outputs.commit()
    }

    fn documents(&self) -> Result<Vec<Vec<u8>>> {
        let source = ImageSource::of(&self.source)?;
        let path = source.text();
        let read = contents_from_layers::read(&[Source {
            path: &source.path,
            name: self.name.as_deref().unwrap_or(&path),
            platform: self.platform.as_deref(),
        }])?;
        let Some(read) = read.first() else {
            return Ok(Vec::new());
        };
        self.options.render(&read.contents)
    }
}
