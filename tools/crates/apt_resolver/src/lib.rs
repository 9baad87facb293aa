//! The packages that are available for an architecture ([`Universe`]), and the choice of those that requested packages
//! need ([`resolve`]): the set that apt would install on an empty system.
//!
//! The crate has no access to network, clock or files: the texts of the indexes are passed to it.

mod check;
mod choices;
mod explain;
mod forced;
mod hopeless;
mod marks;
mod order;
mod pool;
mod request;
mod requested;
mod resolution;
mod resolve;
mod solve;
mod state;
mod universe;
mod walk;
mod why;

pub use request::{Choice, Request, Wish};
pub use resolution::{Chosen, Edge, Reason, Resolution};
pub use resolve::resolve;
pub use universe::{Entry, Scope, SourceInfo, Universe};
pub use why::Step;
