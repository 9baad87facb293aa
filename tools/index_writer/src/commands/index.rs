//! `index_writer index`.

use std::path::PathBuf;

use blob::{Outputs, Result};
use clap::Args;
use oci::Pairs;
use worker::Request;

use crate::files::{add_identity, read_descriptor};

/// Writes an image index from the descriptors of its images.
#[derive(Args)]
pub(crate) struct Index {
    /// Descriptor of an image; may be given several times, in the order of the index.
    #[arg(long = "image", value_name = "DESCRIPTOR", required = true)]
    images: Vec<PathBuf>,
    /// Annotation of the index; may be given several times.
    #[arg(long = "annotation", value_name = "KEY=VALUE")]
    annotations: Vec<String>,
    /// Index to write.
    #[arg(long, value_name = "FILE")]
    index: PathBuf,
    /// Descriptor of the index to write.
    #[arg(long, value_name = "FILE")]
    descriptor: PathBuf,
    /// Digest of the index to write.
    #[arg(long, value_name = "FILE")]
    digest: PathBuf,
}

impl Index {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let annotations = Pairs::parse("--annotation", &self.annotations)?;
        let images = self.images.iter().map(|path| {
            let descriptor = read_descriptor(request, path)?;
            Ok((path.display(), descriptor))
        });
        let made = oci::index(&images.collect::<Result<Vec<_>>>()?, &annotations)?;

        let mut outputs = Outputs::new();
        outputs.add(&request.path(&self.index), made.index.bytes())?;
        let (descriptor, digest) = (request.path(&self.descriptor), request.path(&self.digest));
        add_identity(&mut outputs, &made.descriptor, &descriptor, &digest)?;
        outputs.commit()
    }
}
