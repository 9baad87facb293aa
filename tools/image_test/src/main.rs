//! Tests of a container image: what container-structure-test's files ask for, and checks of what must hold for every image.

use std::process::ExitCode;

fn main() -> ExitCode {
    image_test::main()
}
