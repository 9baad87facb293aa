//! Publishes images: pushes, signs, verifies, copies and loads them.

use std::process::ExitCode;

fn main() -> ExitCode {
    image_push::main()
}
