//! One way to open an image: an OCI layout directory, a tar archive of one, or a `docker save` archive.
//!
//! - *Documents only.* [`Image::open`] reads and verifies the documents of the image for one platform. It does not read
//!   layers; [`Image::open_layer`] opens the blob of one.
//! - *Any source.* A [`Source`] gives the files of an image by their names. The directory and the archive are in this
//!   crate. A source with a network, such as a registry, is a type of another crate ([`Image::from_source`]), because
//!   this crate is used by programs without network code.
//! - *Closed.* A file outside of an image directory is read only if it is a blob with the right digest. Only regular
//!   files are read.
//! - *Bounded.* A document has at most 4 MiB, and a blob is read only up to the size in its descriptor.

mod compression;
mod image;
mod layer;
mod limit;
mod open;
mod source;

pub use compression::Compression;
pub use image::{Image, Images};
pub use layer::Layer;
pub use limit::UnpackLimit;
pub use source::{blob_name, document, open, FileId, Source, StoredFile};
