//! Converts a Debian package to a layer.
//!
//! `docs/tool_contract.md` describes inputs and outputs.

mod extract;

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(|request| extract::run(request).map_err(|error| error.to_string()))
}
