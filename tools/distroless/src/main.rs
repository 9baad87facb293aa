//! `distroless`: locks, builds, tests, compares and publishes images without Bazel.
//!
//! The commands are those of the programs of the Bazel rules, which are libraries of this one. An arrow means "uses":
//!
//! ```text
//! cli ─▶ commands ─▶ source ─▶ definition_file
//!           └──────▶ inputs ─▶ cache            (all of them: output)
//! ```

mod cache;
mod cli;
mod commands;
mod definition_file;
mod examples;
mod inputs;
mod keyrings;
mod output;
mod source;
mod starter;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Command tests start this program again, in the namespaces of a container.
    if let Some(code) = container_run::run_role(std::env::args_os()) {
        return ExitCode::from(code);
    }
    cli::run(std::env::args_os())
}
