//! ELF files, as far as loaders read them (System V ABI, chapters 4 and 5), and the loader's cache ([`ld_cache`]).
//!
//! - *One pass.* [`Head`] receives the bytes of a file as a stream and keeps only the necessary parts, so files may
//!   have any size.
//! - *Bounded.* Every count in a file is checked against a limit before it is used, and every sum for overflow.

mod file;
mod head;
pub mod ld_cache;
mod segments;
mod shared_library;
mod symbol_count;
mod versions;

pub use file::File;
pub use head::Head;
pub use object;
pub use segments::{Fault, Header, Segment};
pub use shared_library::SharedLibrary;
