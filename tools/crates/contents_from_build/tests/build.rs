//! The contents of small builds.

#![allow(clippy::unwrap_used)]

mod build {
    mod errors;
    mod fixture;
    mod indexes;
    mod owners;
    mod unknown;
}
