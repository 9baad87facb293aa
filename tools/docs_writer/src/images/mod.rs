//! The page of all images. It is generated from the list of images that `docs/images_page.bzl` writes, and from the
//! manifest and configuration of each image.

mod described;
mod image;
mod page;
mod set;
mod spread;
#[cfg(test)]
mod testing;

use std::fs;
use std::path::PathBuf;

use blob::{Result, ResultExt};
use clap::Args;

use crate::write_page;
use set::Catalogue;

/// Writes the page of all images from their manifests and configurations.
#[derive(Args)]
pub(crate) struct Images {
    /// List of the images: JSON, as `docs/images_page.bzl` writes it.
    #[arg(long, value_name = "FILE")]
    images: PathBuf,
    /// Page to write, Markdown.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Images {
    pub(crate) fn run(&self) -> Result<()> {
        let name = self.images.display();
        let text = fs::read(&self.images).cannot("read", &name)?;
        let catalogue = Catalogue::read(described::parse(name, &text)?)?;
        write_page(&self.output, &page::page(&catalogue)?)
    }
}
