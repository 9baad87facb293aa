//! The history of the images: `docs/history.json`, a record of each change of their digests.

mod current;
mod model;
mod write;

use std::path::PathBuf;

use blob::Result;
use clap::Args;

use crate::{images, input, write_page};
use model::History;

/// Adds a record of the images to their history, if an image changed since the last record.
#[derive(Args)]
pub(crate) struct Arguments {
    /// History so far: JSON.
    #[arg(long, value_name = "FILE")]
    history: PathBuf,
    /// List of the images: JSON, as `docs/image_list.bzl` writes it.
    #[arg(long, value_name = "FILE")]
    images: PathBuf,
    /// History to write: JSON.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<()> {
        let name = self.history.display();
        let text = input::read(&self.history)?;
        let mut history = History::parse(name, &text)?;
        let catalogue = images::catalogue(&self.images)?;
        history.add(current::locks(&catalogue), current::images(&catalogue)?);
        write_page(&self.output, &write::text(&history)?)
    }
}
