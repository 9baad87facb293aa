//! Makes a Debian package into a layer.
//!
//! `docs/tool_contract.md` says what goes in and what comes out.

mod extract;

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(|request| extract::run(request).map_err(|error| error.to_string()))
}
