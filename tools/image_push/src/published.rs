//! Images in a registry: which ones a command line names, and what they consist of.

mod image;
mod selection;

pub(crate) use image::{images, Image, Kind};
pub(crate) use selection::{Listed, Root, Selection};
