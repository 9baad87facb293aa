//! Bazel's persistent worker protocol around a plain function.
//!
//! A tool is `fn(&Request) -> Result<(), String>`. [`main`] calls it once with the command line, or, when
//! the command line holds `--persistent_worker`, once for each request on standard input, several at a time.
//! The tool cannot tell which, as long as it takes its arguments from [`Request::arguments`] and turns every
//! path among them into a real one with [`Request::path`].
//!
//! This crate knows nothing of containers and uses nothing of ours.

mod arguments;
mod once;
mod parse;
mod pool;
mod protocol;
mod request;
mod serve;

use std::io;
use std::process::ExitCode;

pub use arguments::parameters;
pub use parse::parse;
pub use request::Request;
pub use serve::serve;

/// The start-up argument by which Bazel asks for a persistent worker.
const PERSISTENT: &str = "--persistent_worker";

/// The whole `main` of a tool: one run, or a worker until standard input ends.
///
/// A failed run prints `error: ` and the tool's message on standard error and gives exit code 1. A worker
/// gives that text in its answer and goes on; its own exit code is 1 only when the stream is malformed.
/// In a worker the other start-up arguments come before those of each request.
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
