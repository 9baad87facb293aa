//! Images as a container sees them: the layers of one platform's image, read once, and the root that they make.
//!
//! - *One pass.* [`Image::read`] reads each layer once, lowest first, and gives every entry to every [`Visitor`].
//!   Size, digest and diff_id are verified on the way.
//!   [`read_together`] does so for several images, and reads once what they share.
//! - *Nothing is unpacked.* [`Root`] is what lies where after whiteouts, opaque folders and links through folders; of
//!   contents only what a visitor asks for is held, one file at a time.
//! - *Foreign images are read as runtimes read them*, and what no runtime could unpack is left out and said
//!   ([`Root::problems`], [`Raw`]).
//! - *Closed.* Of a directory, no file outside of it is used, but a blob that has its digest, and none that is not a regular
//!   file.
//! - *Bounded*, whatever an image says of itself: documents have at most 4 MiB, and a blob is read no further than its descriptor
//!   says. What layers expand to (bytes, entries, paths, depth, links that are followed) has limits (`budget`), and the error
//!   names the one that was passed.

mod budget;
mod content;
mod folder;
mod image;
mod layer;
mod merge;
mod node;
mod nodes;
mod open;
mod owners;
mod root;
mod spelling;
mod store;
mod together;
mod unpack;
mod visit;

pub use image::{Image, Layer};
pub use node::{Inode, Kind, Node};
pub use owners::Owners;
pub use root::{lexical, Reason, Root, Unresolved};
pub use spelling::{spell, unspell};
pub use together::{read_together, Reading};
pub use visit::{Raw, Visitor, Want};
