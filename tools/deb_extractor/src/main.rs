//! Converts a Debian package to a layer.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(deb_extractor::run)
}
