//! The page that compares our images with others, from the values that `//bench:comparison` measured.

mod model;
mod page;

use std::path::PathBuf;

use blob::Result;
use clap::Args;

use crate::{input, write_page};
use model::Comparison;

/// Writes the page that compares images, from measured values.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Measured values: JSON, as `//bench:comparison` writes it.
    #[arg(long, value_name = "FILE")]
    values: PathBuf,
    /// Page to write, Markdown.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<()> {
        let name = self.values.display();
        let text = input::read(&self.values)?;
        write_page(&self.output, &page::page(&Comparison::parse(name, &text)?))
    }
}
