//! Signs images, and statements about images.
//!
//! An arrow means "uses":
//!
//! ```text
//! run ─▶ existing ─▶ signing_key ─▶ password
//!              generate_key ──────────▲
//! ```

mod existing;
mod generate_key;
mod password;
mod run;
mod signing_key;

pub(crate) use generate_key::generate_key;
pub(crate) use password::Password;
pub(crate) use run::{attach, Job, Predicate};
pub(crate) use signing_key::KeyOptions;
