//! Pushes as users run them: the program, against registries on this machine.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "push/faults.rs"]
mod faults;
#[path = "push/images.rs"]
mod images;
#[path = "push/interruptions.rs"]
mod interruptions;
#[path = "push/layouts.rs"]
mod layouts;
#[path = "push/plan_layouts.rs"]
mod plan_layouts;
#[path = "push/plans.rs"]
mod plans;
#[path = "push/remote_caches.rs"]
mod remote_caches;
#[path = "push/repositories.rs"]
mod repositories;
#[path = "push/secrets.rs"]
mod secrets;
#[path = "push/signatures.rs"]
mod signatures;
#[path = "push/statements.rs"]
mod statements;
#[path = "push/support.rs"]
mod support;
