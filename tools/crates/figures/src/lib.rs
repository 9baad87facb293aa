//! Sizes for people: as text, and as the rectangles of a treemap.

mod amount;
mod treemap;

pub use amount::{bytes, count, delta, sum};
pub use treemap::{squarify, Rectangle};
