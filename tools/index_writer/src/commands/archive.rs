//! `index_writer archive`.

use std::path::PathBuf;

use blob::{AtomicFile, Result};
use clap::Args;
use oci::Tag;
use worker::Request;

use crate::files::Content;

/// Writes an image or an index, with all its blobs, as one tar: an OCI archive, which `docker load` reads too if it has
/// one image.
#[derive(Args)]
pub(crate) struct Archive {
    #[command(flatten)]
    content: Content,
    /// Name that `docker load` gives to the image; may be given several times.
    #[arg(long = "tag", value_name = "NAME:TAG")]
    tags: Vec<String>,
    /// Archive to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Archive {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let tags = self.tags.iter().map(|tag| Tag::parse(tag));
        let tags: Vec<_> = tags.collect::<Result<_>>()?;
        let closure = self.content.closure(request)?;
        let mut file = AtomicFile::create(&request.path(&self.output))?;
        oci::write_archive(&closure, &tags, &mut file)?;
        file.commit()
    }
}
