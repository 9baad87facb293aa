//! Runs commands in the root file system of an image, in Linux namespaces and with limits, without a container engine.
//!
//! - *One unpacked image, many jobs.* [`Container::new`] finds out how this machine can isolate commands and unpacks the
//!   image. Each [`Job`] runs in new namespaces. Its writes are in memory and disappear with it.
//! - *The program starts itself again.* The processes in the namespaces are copies of the calling program, so its `main`
//!   function must call [`run_role`] first.
//! - *Limits.* Time, memory, processes, open files, output and written files are limited ([`limits`]).
//! - *Linux only.* On other systems, [`Container::new`] says that namespaces are missing.
//!
//! `docs/decisions/0006-command-tests-in-namespaces.md` has the reasons.

mod container;
mod emulator;
#[cfg(target_os = "linux")]
mod exchange;
#[cfg(target_os = "linux")]
mod host;
#[cfg(not(target_os = "linux"))]
#[path = "unsupported.rs"]
mod host;
#[cfg(target_os = "linux")]
mod id_map;
#[cfg(target_os = "linux")]
mod inside;
mod job;
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub mod limits;
#[cfg(target_os = "linux")]
mod passwd;
#[cfg(target_os = "linux")]
mod removal;
mod role;
#[cfg(target_os = "linux")]
mod run_directory;
mod run_role;
mod user;

pub use container::Container;
pub use emulator::{Emulator, Execution};
pub use job::{
    CommandResult, Job, JobResult, Mount, Output, Process, DEFAULT_CAPABILITIES, HOST_NAME,
};
pub use run_role::run_role;
pub use user::User;
