//! The registry of the crate `registry_fixture` as a program, for tests that are not written in Rust.

mod options;
mod run;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::options::Options;

fn main() -> ExitCode {
    match run::run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
