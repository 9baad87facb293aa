//! `index_writer archive`.

use std::path::PathBuf;

use blob::{AtomicFile, Result};
use clap::Args;
use oci::Tag;
use worker::Request;

use crate::files::Content;

/// Puts an image or an index and everything below it into one tar: an OCI archive and, for an image, one for `docker load`.
#[derive(Args)]
pub(crate) struct Archive {
    #[command(flatten)]
    content: Content,
    /// Name that the image gets where the archive is loaded; may be given several times.
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
