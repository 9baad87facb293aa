//! Paths of the files of an image, and where they lead to.
//!
//! A path is a sequence of bytes without a leading slash, `usr/bin/env`; the root is the empty path.
//!
//! - [`resolve`] follows symbolic links as Linux does (path_resolution(7)), in any store of files.
//! - [`Tree`] is such a store, for callers that need no other.
//! - [`clean`] normalizes a path without following links; [`escape`] converts its bytes to text.

mod clean;
mod escape;
mod resolve;
mod tree;

pub use clean::clean;
pub use escape::{escape, shortened, unescape};
pub use resolve::{resolve, Reason, Step, Unresolved};
pub use tree::{Node, Tree};
