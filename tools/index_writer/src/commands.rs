//! The commands: one file for each, with its arguments and its implementation.

mod archive;
mod artifact;
mod image;
mod img_layers;
mod index;
mod layout;
mod refuse;

use blob::Result;
use clap::Subcommand;
use worker::Request;

#[derive(Subcommand)]
pub(crate) enum Command {
    Image(Box<image::Image>),
    ImgLayers(img_layers::ImgLayers),
    Index(index::Index),
    Layout(layout::Layout),
    Archive(archive::Archive),
    Artifact(artifact::Artifact),
    Refuse(refuse::Refuse),
}

impl Command {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        match self {
            Self::Image(command) => command.run(request),
            Self::ImgLayers(command) => command.run(request),
            Self::Index(command) => command.run(request),
            Self::Layout(command) => command.run(request),
            Self::Archive(command) => command.run(request),
            Self::Artifact(command) => command.run(request),
            Self::Refuse(command) => command.run(),
        }
    }
}
