//! Writes evidence about images: their contents and the documents that are made from these.

use std::process::ExitCode;

fn main() -> ExitCode {
    evidence_writer::main()
}
