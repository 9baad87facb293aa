//! The page of all images. It is generated from the list of images that `docs/image_list.bzl` writes, and from the
//! manifest and configuration of each image.

pub(crate) mod described;
mod image;
mod page;
pub(crate) mod set;
mod spread;
#[cfg(test)]
pub(crate) mod testing;

use std::path::{Path, PathBuf};

use blob::Result;
use clap::Args;

use crate::{input, write_page};
use set::Catalogue;

/// Writes the page of all images from their manifests and configurations.
#[derive(Args)]
pub(crate) struct Images {
    /// List of the images: JSON, as `docs/image_list.bzl` writes it.
    #[arg(long, value_name = "FILE")]
    images: PathBuf,
    /// Page to write, Markdown.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Images {
    pub(crate) fn run(&self) -> Result<()> {
        write_page(&self.output, &page::page(&catalogue(&self.images)?)?)
    }
}

/// The images of the list that `docs/image_list.bzl` writes.
pub(crate) fn catalogue(list: &Path) -> Result<Catalogue> {
    let name = list.display();
    let text = input::read(list)?;
    Catalogue::read(described::parse(name, &text)?)
}
