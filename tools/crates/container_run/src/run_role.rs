//! The start of a process with a role.

use std::ffi::OsString;

#[cfg(target_os = "linux")]
use crate::role::OPTION;

/// If this process was started with a role, runs the role and returns the exit code. Returns `None` in other processes.
/// `arguments` are all arguments of the process, the program included. A program that uses this crate calls it at the
/// start of `main`.
pub fn run_role(arguments: impl IntoIterator<Item = OsString>) -> Option<u8> {
    let mut arguments = arguments.into_iter();
    let first = arguments.nth(1)?;
    #[cfg(target_os = "linux")]
    if first == OPTION {
        return Some(crate::inside::main(arguments));
    }
    drop(first);
    None
}
