//! `diff`: the difference of two images.

use std::path::Path;

use blob::Result;
use clap::Args;
use image_push::DiffOptions;

use crate::source::ImageSource;

/// Print the difference of two images: packages, libraries, files, settings, and the bytes that a client downloads
///
/// A layer that both images have is downloaded once.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// Old image: `HOST/PATH:TAG`, `HOST/PATH@DIGEST`, the path of an OCI layout directory or archive, or a definition.
    old: String,
    /// New image, as the old one.
    new: String,
    #[command(flatten)]
    options: DiffOptions,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<()> {
        self.options.diff(&side(&self.old)?, &side(&self.new)?)
    }
}

/// A reference, or the path of the image.
fn side(text: &str) -> Result<String> {
    let path = Path::new(text);
    if !path.exists() {
        return Ok(text.to_owned());
    }
    Ok(ImageSource::of(path)?.text())
}
