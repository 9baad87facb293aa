//! `index-contents`: the contents of an index from those of its images.

use std::path::PathBuf;

use blob::{Error, Result};
use clap::Args;
use contents_from_build::{index, Source};
use image_contents::Contents;
use oci::MAX_DOCUMENT;
use worker::Request;

use crate::files;

/// Writes the contents of an index from those of its images.
#[derive(Args)]
pub(crate) struct IndexContents {
    /// Name of the index, such as `static:debian12`.
    #[arg(long)]
    name: String,
    /// The index.
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// Contents of an image of the index; given once for each image.
    #[arg(long = "image", value_name = "FILE")]
    images: Vec<PathBuf>,
    /// Contents file to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl IndexContents {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let file = self.index.display().to_string();
        let text = files::read(request, &self.index, MAX_DOCUMENT)?;
        let mut images = Vec::with_capacity(self.images.len());
        for path in &self.images {
            match files::read_contents(request, path)? {
                Contents::Image(image) => images.push(image),
                Contents::Index(_) => {
                    let cause = "it describes an index; expected the contents of one image";
                    return Err(Error::cannot("read contents", path.display(), cause));
                }
            }
        }
        let source = Source {
            file: &file,
            text: &text,
        };
        let contents = Contents::Index(index(&self.name, source, images)?);
        files::write(request, &self.output, &contents.to_json()?)
    }
}
