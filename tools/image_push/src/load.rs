//! Loads an image into a container engine, a layout or an archive: only content that is missing there.
//!
//! ```text
//! run ─▶ docker, podman, containerd, directory ─▶ archive, program ─▶ image, request ─▶ name, target
//! ```

mod archive;
mod containerd;
mod directory;
mod docker;
mod image;
mod name;
mod podman;
mod program;
mod request;
mod run;
mod target;

pub(crate) use name::Name;
pub(crate) use request::Request;
pub(crate) use run::load;
pub(crate) use target::Target;
