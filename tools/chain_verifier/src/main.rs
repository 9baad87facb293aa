//! Verifies the chain from the signatures of repositories to an image.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(chain_verifier::run)
}
