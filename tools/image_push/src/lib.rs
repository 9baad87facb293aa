//! Publishes images: pushes, signs, verifies, copies and loads them. It is a library for `distroless` and `fuzz/`; the
//! program has no other code.
//!
//! An arrow means "uses":
//!
//! ```text
//! commands ─▶ copy, load, naming, prune, tags ─▶ layout, push ─▶ content ─▶ registry, image_store
//!     │          sign, verify ─▶ attachments, published, statements ▲
//!     └─────▶ cache_options, connection, value         (all of them: output, pattern, pool)
//! ```

mod attachments;
mod cache_options;
mod commands;
mod connection;
pub mod content;
mod copy;
mod dated_tag;
mod diff;
mod digest_tag;
mod layout;
mod load;
mod naming;
mod output;
mod pattern;
mod pool;
mod prune;
mod published;
pub mod push;
mod sign;
mod start;
mod statements;
mod tags;
mod value;
mod verify;

use std::process::ExitCode;

use clap::Parser;

pub use commands::{
    Attach, Copy, DiffOptions, GenerateKey, LoadOptions, PushOptions, Sign, Verify,
};
pub use connection::Connection;
pub use copy::download;

/// Publishes images: pushes, signs, verifies, copies and loads them.
#[derive(Debug, Parser)]
#[command(name = "image_push")]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

/// Runs the program with the arguments of the process. The exit code is 0, 1 for an error, or 2 for wrong options.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(start::arguments()) {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::from(error.use_stderr()) * 2;
            output::usage(&error);
            return ExitCode::from(code);
        }
    };
    match cli.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}
