use std::path::PathBuf;

use blob::Result;
use layer::PartList;
use layer_arguments::{LayerArguments, Resolve};

use crate::input::read;

/// Merges several layers into one
#[derive(clap::Args)]
pub(crate) struct MergeArguments {
    /// The layers, lowest first, as JSON
    #[arg(long, value_name = "FILE")]
    inputs: PathBuf,
    /// Append the `created_by` texts of the layers to the history
    #[arg(long)]
    history_of_inputs: bool,
    #[command(flatten)]
    layer: LayerArguments,
}

impl MergeArguments {
    /// Writes the layer.
    pub(crate) fn run(&self, resolve: Resolve) -> Result<()> {
        let list = PartList::parse(&read(&self.inputs, resolve)?);
        let list = list.map_err(|error| error.within("read", self.inputs.display()))?;
        let mut options = self.layer.options()?;
        list.describe(resolve, self.history_of_inputs, &mut options)?;
        let mut layer = self.layer.create_with(resolve, options)?;
        layer::merge(&list.parts(resolve)?, &mut layer)?;
        layer.add_packages(list.packages(resolve)?);
        layer.finish()
    }
}
