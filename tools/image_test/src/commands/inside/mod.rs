//! What runs in the new namespaces: this very program, started anew.
//!
//! `hold` makes the namespaces of a test and starts `keep`, the first process of one of them. `keep` has the mounts of the root,
//! and starts one `enter` for each command. `enter` is the first process of a process namespace of its own; it goes into the
//! root, becomes the user, and then is the command. `tidy` is outside of all that: it takes the folder of a run away.

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

/// The argument that stands first on the command line of such a process.
pub(crate) const INSIDE: &str = "--inside";
/// The exit code of a command that cannot be started; the reason lies in a file.
pub(super) const NOT_STARTED: u8 = 126;

/// Runs one of them: `hold FOLDER`, `keep FOLDER`, `tidy FOLDER` or `enter FOLDER NUMBER`.
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
            // It only comes back when there is trouble.
            enter::enter(&folder, number.unwrap_or_default());
            NOT_STARTED
        }
        _ => NOT_STARTED,
    }
}

/// A result whose error is a cause, ready to be read.
type Result<T> = std::result::Result<T, String>;

/// Puts what was tried before a cause.
trait Trying<T> {
    fn trying(self, what: &str) -> Result<T>;
}

impl<T, E: std::fmt::Display> Trying<T> for std::result::Result<T, E> {
    fn trying(self, what: &str) -> Result<T> {
        self.map_err(|error| format!("cannot {what}: {error}"))
    }
}

/// New namespaces for this thread and what it starts.
fn unshare(flags: rustix::thread::UnshareFlags) -> std::io::Result<()> {
    // The other form is `unsafe` on account of `CLONE_FILES`, which is asked for nowhere.
    #[allow(deprecated)]
    rustix::thread::unshare(flags).map_err(Into::into)
}
