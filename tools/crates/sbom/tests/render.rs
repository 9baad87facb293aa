//! Documents of a small index, and models that no format allows.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "render/errors.rs"]
mod errors;
#[path = "render/formats.rs"]
mod formats;
#[path = "render/model.rs"]
mod model;
