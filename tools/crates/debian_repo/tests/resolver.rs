//! What the resolver promises: apt's choice where apt makes one, a set that holds together always, and a reason where there is none.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod resolver {
    mod conflicts;
    mod conformance;
    mod corpus;
    mod hostile;
    mod measure;
    mod messages;
    mod order;
    mod properties;
    mod rules;
    mod scale;
    pub(crate) mod support;
    mod universes;
    mod wishes;
}
