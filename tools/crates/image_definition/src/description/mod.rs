//! The fields of a definition, as data: the only list of them. [`IMAGE`] is the whole document.

mod forms;
mod image;
mod kind;
mod layers;
mod sources;

pub(crate) use forms::{BASE, NAME, REFERENCE};
pub(crate) use image::IMAGE;
pub(crate) use kind::{architectures, Field, Form, Kind, Object};
