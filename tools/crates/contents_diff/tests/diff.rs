//! The report of two images, and its forms.

#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

#[path = "diff/fixture.rs"]
mod fixture;
#[path = "diff/forms.rs"]
mod forms;
#[path = "diff/hostile.rs"]
mod hostile;
#[path = "diff/report.rs"]
mod report;
