use std::path::PathBuf;

use blob::Result;
use layer::PartList;
use layer_arguments::{LayerArguments, Resolve};

use crate::input::read;

/// Merges several layers into one
#[derive(clap::Args)]
pub(crate) struct MergeArguments {
    /// The layers, lowest first, as a JSON list
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    inputs: Option<PathBuf>,
    /// A layer, as JSON; may be given several times, lowest first
    #[arg(long, value_name = "JSON")]
    input: Vec<String>,
    /// Append the `created_by` texts of the layers to the history
    #[arg(long)]
    history_of_inputs: bool,
    #[command(flatten)]
    layer: LayerArguments,
}

impl MergeArguments {
    /// Writes the layer.
    pub(crate) fn run(&self, resolve: Resolve) -> Result<()> {
        let list = self.list(resolve)?;
        let mut options = self.layer.options()?;
        list.describe(resolve, self.history_of_inputs, &mut options)?;
        let mut layer = self.layer.create_with(resolve, options)?;
        layer::merge(&list.parts(resolve)?, &mut layer)?;
        layer.add_packages(list.packages(resolve)?);
        layer.finish()
    }

    fn list(&self, resolve: Resolve) -> Result<PartList> {
        match &self.inputs {
            Some(path) => PartList::parse(&read(path, resolve)?)
                .map_err(|error| error.within("read", path.display())),
            None => {
                PartList::parse_each(&self.input).map_err(|error| error.within("read", "--input"))
            }
        }
    }
}
