//! Tests with complete repositories, which are made in memory and signed by test keys: from a manifest to a lock, with
//! all errors.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "repositories/choice.rs"]
mod choice;
#[path = "repositories/earlier.rs"]
mod earlier;
#[path = "repositories/indexes.rs"]
mod indexes;
#[path = "repositories/locks.rs"]
mod locks;
#[path = "repositories/manifests.rs"]
mod manifests;
#[path = "repositories/package_items.rs"]
mod package_items;
#[path = "repositories/places.rs"]
mod places;
#[path = "repositories/positions.rs"]
mod positions;
#[path = "repositories/releases.rs"]
mod releases;
#[path = "repositories/signatures.rs"]
mod signatures;
#[path = "repositories/support.rs"]
mod support;
