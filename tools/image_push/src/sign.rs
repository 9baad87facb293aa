//! Signs images, and statements about images.
//!
//! An arrow means "uses":
//!
//! ```text
//! run ─▶ task ─▶ existing
//!  │      ├────▶ claims, outcome, replace
//!  └──────┴────▶ signing_key ─▶ password
//!               generate_key ──────▲
//! ```

mod claims;
mod existing;
mod generate_key;
mod outcome;
mod password;
mod replace;
mod run;
mod signing_key;
mod task;

pub(crate) use claims::Claims;
pub(crate) use generate_key::generate_key;
pub(crate) use outcome::Counts;
pub(crate) use password::Password;
pub(crate) use run::{attach, attach_to_pushed, Attachment, Pushed, Selected};
pub(crate) use signing_key::{KeyOptions, SigningKey, SIGNER};
