//! The packages that are available for an architecture ([`Universe`]), and the choice of those that requested packages
//! need ([`resolve`]): the set that apt would install on an empty system.
//!
//! The crate has no access to network, clock or files: the texts of the indexes are passed to it.

mod check;
mod choices;
mod explain;
mod marks;
mod order;
mod pool;
mod request;
mod required;
mod resolution;
mod resolve;
mod select;
mod solve;
mod state;
mod uninstallable;
mod universe;
mod versions;
mod walk;
mod why;

pub use request::{Choice, Request, RequestedPackage};
pub use resolution::{Edge, Reason, Resolution, ResolvedPackage};
pub use resolve::resolve;
pub use universe::{Entry, Scope, SourceInfo, Universe};
pub use why::Step;
