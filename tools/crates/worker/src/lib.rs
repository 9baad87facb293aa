//! Bazel's persistent worker protocol for a plain function.
//!
//! A tool is `fn(&Request) -> Result<(), String>`. [`main`] calls it once with the command line. If the command line
//! has `--persistent_worker`, it calls it once for each request on standard input, several at a time. Both are the same
//! for the tool if it takes its arguments from [`Request::arguments`] and converts every path among them with
//! [`Request::path`].
//!
//! This crate contains nothing about containers. Of our crates it uses only `message`.

mod arguments;
mod once;
mod parse;
mod pool;
mod protocol;
mod request;
mod serve;

use std::io;
use std::process::ExitCode;

pub use arguments::{parameters, MAX_PARAMETERS};
pub use parse::parse;
pub use request::Request;
pub use serve::serve;

/// The start-up argument with which Bazel starts a persistent worker.
const PERSISTENT: &str = "--persistent_worker";

/// The whole `main` function of a tool: one run, or a worker until standard input ends.
///
/// A failed run prints `error: ` and the tool's message to standard error and exits with code 1. A worker returns that
/// text in its response and continues; its own exit code is 1 only if the stream is malformed. In a worker, the other
/// start-up arguments precede those of each request.
pub fn main(tool: fn(&Request) -> Result<(), String>) -> ExitCode {
    let outcome = arguments::of_process().and_then(|mut arguments| {
        let count = arguments.len();
        arguments.retain(|argument| argument != PERSISTENT);
        if arguments.len() == count {
            once::run(&Request::new(arguments), &tool)
        } else {
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            serve(io::stdin().lock(), io::stdout(), threads, &arguments, &tool)
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            once::report(&mut io::stderr(), &message);
            ExitCode::FAILURE
        }
    }
}
