//! Runs the program with a repository and a registry in this process.

#![allow(clippy::panic, clippy::unwrap_used)]

mod program {
    mod build;
    mod failures;
    mod hostile;
    mod lock;
    mod others;
    mod publish;
    mod world;
}
