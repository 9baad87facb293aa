//! Verifies published images: signatures, statements, tags and blobs.
//!
//! An arrow means "uses":
//!
//! ```text
//! run ─▶ signatures ─▶ signers, refusals, saved ─▶ report
//!  ├───▶ history, blobs, expectation ──────────────▲
//! text ────────────────────────────────────────────┘
//! ```

mod blobs;
mod expectation;
mod history;
mod refusals;
mod report;
mod run;
mod saved;
mod signatures;
mod signers;
mod text;

pub(crate) use expectation::Expectation;
pub(crate) use run::{verify, Request};
pub(crate) use saved::save_bundles;
pub(crate) use signers::SignerOptions;
pub(crate) use text::print;
