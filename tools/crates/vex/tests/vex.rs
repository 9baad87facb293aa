//! Assessments of images by a small snapshot of the tracker, and their renderings.

#![allow(clippy::unwrap_used)]

#[path = "vex/assess.rs"]
mod assess;
#[path = "vex/fixture.rs"]
mod fixture;
#[path = "vex/golden.rs"]
mod golden;
#[path = "vex/matching.rs"]
mod matching;
#[path = "vex/schema.rs"]
mod schema;
