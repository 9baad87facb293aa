//! The messages between the calling process and its copies in new namespaces: JSON files in the directory of the run.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::job::{CommandResult, Job};

/// The unpacked image, below the directory of the run.
pub(crate) const IMAGE: &str = "image";
/// The writes of a job: the mount point of a file system in memory.
pub(crate) const WRITES: &str = "writes";
/// The root of a job: the mount point of the image with its writes.
pub(crate) const ROOT: &str = "root";
/// The mount point of the kernel's table of emulators.
pub(crate) const BINFMT_MISC: &str = "emulators";
/// The file with the request.
pub(crate) const REQUEST: &str = "request.json";
/// The file with the response.
pub(crate) const RESPONSE: &str = "response.json";

/// A job, and how to isolate it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) job: Job,
    /// Whether to create a user namespace first.
    pub(crate) user_namespace: bool,
    /// Whether users have other IDs outside of the namespace. Then the process must become root in it.
    pub(crate) shifted_ids: bool,
    /// Whether all users and groups are mapped; otherwise only one is.
    pub(crate) all_ids: bool,
    /// Whether to use an overlay for writes; otherwise the commands write to the image's directory.
    pub(crate) overlay: bool,
}

/// The response to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Response {
    /// The kernel does not allow the namespaces or mounts, for this reason.
    Refused(String),
    /// The kernel allows them, but not an overlay file system.
    NoOverlay(String),
    /// The commands ran.
    Ran(Vec<CommandResult>),
}

/// The file with the standard output of a command.
pub(crate) fn stdout(number: usize) -> String {
    format!("out-{number}")
}

/// The file with the standard error of a command.
pub(crate) fn stderr(number: usize) -> String {
    format!("err-{number}")
}

/// The file with the reason why a command cannot be started.
pub(crate) fn start_error(number: usize) -> String {
    format!("start-error-{number}")
}

/// Reads a JSON file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// Writes a JSON file.
pub(crate) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), String> {
    let bytes = serde_json::to_vec(value).map_err(|error| error.to_string())?;
    std::fs::write(path, bytes).map_err(|error| error.to_string())
}
