//! Tests of the resolver: it chooses what apt chooses, its sets are always consistent, and it explains an unsatisfiable
//! request.

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
    mod requests;
    mod rules;
    mod scale;
    pub(crate) mod support;
    mod universes;
}
