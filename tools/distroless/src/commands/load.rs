//! `load`: an image into a container engine.

use std::path::PathBuf;

use blob::Result;
use clap::Args;
use image_push::LoadOptions;

use crate::source::ImageSource;

/// Load an image into a container engine, a layout or an archive
///
/// Only content that is missing there is sent.
#[derive(Args, Debug)]
pub(crate) struct Load {
    /// OCI layout: a directory or a tar archive, or the definition of the image. `PATH#NAME` selects the entry of a layout
    /// with this reference name.
    #[arg(value_name = "LAYOUT", default_value = "image.yaml")]
    source: PathBuf,
    #[command(flatten)]
    options: LoadOptions,
}

impl Load {
    pub(crate) fn run(&self) -> Result<()> {
        let source = ImageSource::of(&self.source)?;
        self.options.load_layout(&source.text())
    }
}
