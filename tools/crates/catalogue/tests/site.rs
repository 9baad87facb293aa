//! The pages of a small site.

#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

#[path = "site/errors.rs"]
mod errors;
#[path = "site/fixture.rs"]
mod fixture;
#[path = "site/forms.rs"]
mod forms;
#[path = "site/hostile.rs"]
mod hostile;
#[path = "site/links.rs"]
mod links;
