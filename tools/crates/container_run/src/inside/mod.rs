//! The processes in the new namespaces. They run the calling program again.
//!
//! `setup` creates the namespaces of a job and starts `init`, the first process of the PID namespace. `init` mounts the
//! root and starts one `exec` for each command. `exec` is the first process of another PID namespace; it enters the
//! root, changes the user, and then executes the command. `cleanup` runs outside of the namespaces and removes the
//! directory of a run.

mod attempt;
mod binfmt_misc;
mod capabilities;
mod command;
mod exec;
mod init;
mod loopback;
mod masked_paths;
mod mounts;
mod namespaces;
mod seccomp;
mod setup;
mod stage;
mod tmpfs;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;

use crate::{removal, role};

/// Runs a role. `arguments` are the name of the role and its arguments.
pub(crate) fn main(mut arguments: impl Iterator<Item = OsString>) -> u8 {
    let role = arguments.next();
    let directory = PathBuf::from(arguments.next().unwrap_or_default());
    match role.as_deref().and_then(|role| role.to_str()) {
        Some(role::SETUP) => u8::from(setup::setup(&directory).is_err()),
        Some(role::CLEANUP) => {
            removal::remove_after_run(&directory);
            0
        }
        Some(role::INIT) => u8::from(init::init().is_err()),
        Some(role::EXEC) => {
            let number = arguments.next().and_then(|n| n.to_str()?.parse().ok());
            let alone = arguments
                .next()
                .is_some_and(|argument| argument == role::ALONE);
            // Returns only on failure.
            exec::exec(&directory, number.unwrap_or_default(), alone);
            exec::NOT_STARTED
        }
        _ => exec::NOT_STARTED,
    }
}
