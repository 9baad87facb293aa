//! `push`: an image to registries.

use std::path::PathBuf;

use blob::{Error, Result};
use clap::Args;
use image_push::PushOptions;

use crate::source::ImageSource;

/// Push an image to registries; with a signer, also sign it
///
/// Content that a registry has is not sent again. For each tag, it prints `REPOSITORY:TAG@DIGEST` and `pushed`,
/// `unchanged` or, with `--dry-run`, `would push`. With a signer, it then signs the image, and those that an index lists.
#[derive(Args, Debug)]
pub(crate) struct Push {
    /// OCI layout: a directory or a tar archive, or the definition of the image. `PATH#NAME` selects the entry of a layout
    /// with this reference name.
    #[arg(value_name = "LAYOUT")]
    source: PathBuf,
    /// References of the image: `HOST/PATH:TAG`, or `HOST/PATH@DIGEST` for an image without a tag [default: the `reference`
    /// of the definition]
    #[arg(value_name = "REFERENCE")]
    references: Vec<String>,
    #[command(flatten)]
    options: PushOptions,
}

impl Push {
    pub(crate) fn run(&self) -> Result<()> {
        let source = ImageSource::of(&self.source)?;
        self.options
            .push_layout(&source.text(), &self.references(&source)?)
    }

    fn references(&self, source: &ImageSource) -> Result<Vec<String>> {
        if !self.references.is_empty() {
            return Ok(self.references.clone());
        }
        let file = source.definition.as_ref();
        if let Some(reference) = file.and_then(|file| file.definition.reference.clone()) {
            return Ok(vec![reference]);
        }
        let error = Error::cannot("push", self.source.display(), "no reference is given");
        Err(if file.is_some() {
            error.hint("add a reference, such as registry.example/app:1, or set `reference` in the definition")
        } else {
            error.hint("add a reference, such as registry.example/app:1")
        })
    }
}
