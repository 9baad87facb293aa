use std::path::PathBuf;

use blob::{Outputs, Result};
use clap::Args;

/// Writes the page and the JSON schema of image definitions.
#[derive(Args)]
pub(crate) struct Definition {
    /// Page to write, Markdown.
    #[arg(long, value_name = "FILE")]
    page: PathBuf,
    /// JSON schema to write.
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
}

impl Definition {
    pub(crate) fn run(&self) -> Result<()> {
        let mut outputs = Outputs::new();
        outputs.add(&self.page, image_definition::page().as_bytes())?;
        outputs.add(&self.schema, image_definition::schema().as_bytes())?;
        outputs.commit()
    }
}
