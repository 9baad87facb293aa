//! Writes evidence about images: their contents and the documents that are made from these.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(evidence_writer::run)
}
