//! Verifies the signatures of an image, and copies its documents if one of them is accepted.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(image_verifier::run)
}
