//! Images as a container sees them: the layers of an image ([`image_store::Image`]), read once, and the merged root.
//!
//! - *One pass.* [`ImageExt::read`] reads each layer once, lowest first, and passes every entry to every [`Visitor`].
//!   It verifies size, digest and diff_id while reading. [`read_together`] does this for several images, and reads
//!   shared layers once.
//! - *No unpacking.* [`Root`] contains every path after whiteouts, opaque directories and links to directories. Of file
//!   contents, only the parts that a visitor requests are in memory, one file at a time.
//! - *Images of other tools are read as runtimes read them.* Entries that no runtime could unpack are skipped and
//!   reported ([`Root::problems`], [`Raw`]).
//! - *Bounded.* The unpacked layers have limits (bytes, entries, paths, depth, links that are followed; see `budget`),
//!   and the error names the limit that was exceeded.

mod budget;
mod content;
mod image;
mod layer;
mod merge;
mod node;
mod nodes;
mod owners;
mod record;
mod root;
mod together;
mod unpack;
mod visit;

pub use image::ImageExt;
pub use image_store::{Image, Layer};
pub use node::{Inode, Kind, Node};
pub use owners::Owners;
pub use record::{merge_recorded, Recorded, Recorder};
pub use root::{lexical, Root, Unresolved};
pub use together::{read_together, Reading};
pub use tree::{escape, unescape, Reason};
pub use visit::{ContentPart, Raw, Visitor};
