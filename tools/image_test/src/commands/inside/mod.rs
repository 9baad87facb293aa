//! The processes in the new namespaces. They run this program again.
//!
//! `hold` creates the namespaces of a test and starts `keep`, the first process of the PID namespace. `keep` mounts the
//! root and starts one `enter` for each command. `enter` is the first process of another PID namespace; it enters the
//! root, changes the user, and then executes the command. `tidy` runs outside of the namespaces and removes the
//! directory of a run.

mod capabilities;
mod emulators;
mod enter;
mod filter;
mod hold;
mod keep;
mod loopback;
mod mounts;
mod processes;
mod stage;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;

pub(super) use capabilities::USUAL;

/// The first argument of such a process.
pub(crate) const INSIDE: &str = "--inside";
/// The exit code of a command that cannot be started; the reason is in a file.
pub(super) const NOT_STARTED: u8 = 126;

/// Runs one of the roles: `hold FOLDER`, `keep FOLDER`, `tidy FOLDER` or `enter FOLDER NUMBER`.
pub(crate) fn main(mut arguments: impl Iterator<Item = OsString>) -> u8 {
    let role = arguments.next();
    let folder = PathBuf::from(arguments.next().unwrap_or_default());
    match role.as_deref().and_then(|role| role.to_str()) {
        Some("hold") => u8::from(hold::hold(&folder).is_err()),
        Some("tidy") => {
            super::tidy::after(&folder);
            0
        }
        Some("keep") => u8::from(keep::keep().is_err()),
        Some("enter") => {
            let number = arguments.next().and_then(|n| n.to_str()?.parse().ok());
            // Returns only on failure.
            enter::enter(&folder, number.unwrap_or_default());
            NOT_STARTED
        }
        _ => NOT_STARTED,
    }
}

/// A result whose error is a readable cause.
type Result<T> = std::result::Result<T, String>;

/// Adds the attempted action to a cause.
trait Trying<T> {
    fn trying(self, what: &str) -> Result<T>;
}

impl<T, E: std::fmt::Display> Trying<T> for std::result::Result<T, E> {
    fn trying(self, what: &str) -> Result<T> {
        self.map_err(|error| format!("cannot {what}: {error}"))
    }
}

/// Creates new namespaces for this thread and its children.
fn unshare(flags: rustix::thread::UnshareFlags) -> std::io::Result<()> {
    // The other function is `unsafe` because of `CLONE_FILES`, which is not used here.
    #[allow(deprecated)]
    rustix::thread::unshare(flags).map_err(Into::into)
}
