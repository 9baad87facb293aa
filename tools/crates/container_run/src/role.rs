//! The names of the roles of the processes that run the calling program again.

/// The first argument of a process with a role.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub(crate) const OPTION: &str = "--inside";
/// Creates the namespaces: `setup DIRECTORY`.
#[cfg(target_os = "linux")]
pub(crate) const SETUP: &str = "setup";
/// Runs the commands as the first process of the PID namespace: `init DIRECTORY`.
#[cfg(target_os = "linux")]
pub(crate) const INIT: &str = "init";
/// Becomes a command: `exec DIRECTORY NUMBER [ALONE]`.
#[cfg(target_os = "linux")]
pub(crate) const EXEC: &str = "exec";
/// The last argument of [`EXEC`] if the namespaces have no table of emulators.
#[cfg(target_os = "linux")]
pub(crate) const ALONE: &str = "alone";
/// Removes the directory of a run after its end: `cleanup DIRECTORY`.
#[cfg(target_os = "linux")]
pub(crate) const CLEANUP: &str = "cleanup";
