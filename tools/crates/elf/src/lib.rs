//! ELF files, as far as loaders look into them (System V ABI, chapters 4 and 5).
//!
//! - *One pass.* [`Head`] takes the bytes of a file as they go by and keeps those that matter: the rest may be as large as it
//!   likes.
//! - *Bounded.* Every count that a file states is held against a limit before it is believed, and every sum is checked.

mod file;
mod head;

pub use file::{Fault, File, Header, Segment};
pub use head::Head;
pub use object;
