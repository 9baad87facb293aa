//! Paths of the files of an image.

mod spelling;

pub use spelling::{shortened, spell, unspell};
