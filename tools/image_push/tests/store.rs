//! The commands `load`, `copy`, `tags` and `prune`, against registries and a container engine of the test.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "store/air_gap.rs"]
mod air_gap;
#[path = "store/copy.rs"]
mod copy;
#[path = "store/diff.rs"]
mod diff;
#[path = "store/engine.rs"]
mod engine;
#[path = "store/images.rs"]
mod images;
#[path = "store/interruptions.rs"]
mod interruptions;
#[path = "store/load.rs"]
mod load;
#[path = "store/load_docker.rs"]
mod load_docker;
#[path = "store/prune.rs"]
mod prune;
#[path = "store/tags.rs"]
mod tags;
#[path = "store/world.rs"]
mod world;
