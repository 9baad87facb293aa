//! `schema`: the JSON schema of definitions.

use blob::Result;
use clap::Args;

use crate::output;

/// Print the JSON schema of definitions, for editors
#[derive(Args, Debug)]
pub(crate) struct Schema {}

impl Schema {
    pub(crate) fn run(&self) -> Result<()> {
        output::document(image_definition::schema().as_bytes())
    }
}
