//! The report of an update: `update --report`, `--json`, `--security`, `--exit-code`.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "common/support.rs"]
mod support;

#[path = "report/changes.rs"]
mod changes;
#[path = "report/failures.rs"]
mod failures;
#[path = "report/repositories.rs"]
mod repositories;
#[path = "report/warnings.rs"]
mod warnings;
