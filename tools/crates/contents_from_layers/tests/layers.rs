//! Images of other tools, from layers that the tests make.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "layers/fixture.rs"]
mod fixture;
#[path = "layers/foreign.rs"]
mod foreign;
#[path = "layers/sources.rs"]
mod sources;
