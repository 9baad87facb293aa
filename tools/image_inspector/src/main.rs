//! Inspects images from the metadata and content lists of their layers and from their packages, without reading layers.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(image_inspector::run)
}
