//! Tests a container image: runs the tests in files of container-structure-test, and checks that apply to every image.

use std::process::ExitCode;

fn main() -> ExitCode {
    image_test::main()
}
