//! Writes layers that are not a whole package.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(layer_assembler::run)
}
