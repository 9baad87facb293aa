//! The packages that are available for one architecture, from the `Packages` texts of several sources.
//!
//! The index of a distribution has fifty megabytes, of which an image needs a few kilobytes. So the texts stay unparsed
//! in memory, one pass over their lines finds the paragraphs, and a paragraph is parsed ([`Package`], with all its
//! checks) only when its name is looked up. Errors in other paragraphs have no effect.

mod content;
mod entry;
mod limits;
mod lookup;
mod mention;
mod scan;
mod source;
mod table;
mod texts;

pub use entry::Entry;
pub(crate) use mention::Mention;
pub use source::{Scope, SourceInfo};
pub use texts::Universe;
