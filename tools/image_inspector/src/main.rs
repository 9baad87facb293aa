//! Looks at images by what their layers list and their packages say, and reads no layer.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(image_inspector::run)
}
