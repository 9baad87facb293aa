//! Writes image configs, manifests and indexes, and puts finished blobs together to layouts and archives.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(index_writer::run)
}
