//! Tests with complete repositories, which are made in memory and signed by test keys: from a manifest to a lock, with
//! all errors.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "archives/choice.rs"]
mod choice;
#[path = "archives/indexes.rs"]
mod indexes;
#[path = "archives/locks.rs"]
mod locks;
#[path = "archives/manifests.rs"]
mod manifests;
#[path = "archives/package_items.rs"]
mod package_items;
#[path = "archives/places.rs"]
mod places;
#[path = "archives/releases.rs"]
mod releases;
#[path = "archives/support.rs"]
mod support;
