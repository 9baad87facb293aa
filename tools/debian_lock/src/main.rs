//! Writes the locks of Debian packages.

use std::process::ExitCode;

fn main() -> ExitCode {
    debian_lock::main()
}
