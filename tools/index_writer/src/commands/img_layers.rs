//! `index_writer img-layers`.

use std::path::PathBuf;

use blob::{Error, Outputs, Result};
use clap::Args;
use oci::ImgHistory;
use worker::Request;

use crate::files::{read_document, read_layer};

/// Writes the metadata of layers in the form that rules_img reads.
#[derive(Args)]
pub(crate) struct ImgLayers {
    /// Configuration of the image with exactly these layers; the layers get its history.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Omit the history: rules_img before 0.3.14 does not accept this field.
    #[arg(long)]
    no_history: bool,
    /// Metadata of a layer; may be given several times, lowest first.
    #[arg(long = "layer", value_name = "METADATA")]
    layers: Vec<PathBuf>,
    /// Metadata to write, one for each --layer, in the same order.
    #[arg(long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,
}

impl ImgLayers {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        if self.layers.len() != self.outputs.len() {
            let cause = format!("{} for {} --layer", self.outputs.len(), self.layers.len());
            return Err(Error::cannot("use", "--output", cause));
        }
        let config = self.config.as_ref();
        let config = config
            .map(|path| read_document(request, path))
            .transpose()?;
        let history = match &config {
            _ if self.no_history => ImgHistory::Unknown,
            Some(config) => ImgHistory::Config(config),
            None => ImgHistory::Layers,
        };
        let layers = self.layers.iter().map(|path| read_layer(request, path));
        let layers = layers.collect::<Result<Vec<_>>>()?;
        let mut outputs = Outputs::new();
        for (path, bytes) in self.outputs.iter().zip(oci::img_layers(history, &layers)?) {
            outputs.add(&request.path(path), &bytes)?;
        }
        outputs.commit()
    }
}
