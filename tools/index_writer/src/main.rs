//! Writes image configs, manifests and indexes, and combines blobs to layouts and archives.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(index_writer::run)
}
