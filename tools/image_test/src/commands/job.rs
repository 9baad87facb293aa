//! The messages between the tool and its copies in new namespaces: JSON files in the directory of the run.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The unpacked image, below the directory of the run.
pub(super) const LOWER: &str = "image";
/// The writes of a test: the mount point of a file system in memory.
pub(super) const WRITES: &str = "writes";
/// The root of a test: the mount point of the image with its writes.
pub(super) const ROOT: &str = "root";
/// The mount point of the kernel's table of emulators.
pub(super) const EMULATORS: &str = "emulators";
/// The job.
pub(super) const JOB: &str = "job.json";
/// The answer.
pub(super) const ANSWER: &str = "answer.json";

/// The commands of one test, and the root that they run in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Job {
    /// Whether to create a user namespace first.
    pub(super) user_namespace: bool,
    /// Whether users have other IDs outside of the namespace. Then the process must become root in it.
    pub(super) shifted: bool,
    /// Whether programs of the image open sockets with `socketcall`, as on 386.
    pub(super) socketcall: bool,
    /// Whether to use an overlay for writes; otherwise the commands write to the image's directory.
    pub(super) overlay: bool,
    /// Whether all users and groups are mapped; otherwise only one is.
    pub(super) all_ids: bool,
    pub(super) commands: Vec<Run>,
    /// `USER[:GROUP]`; empty for root.
    pub(super) user: String,
    /// An absolute path, which is created if it is missing.
    pub(super) workdir: String,
    /// The numbers of the capabilities that root has.
    pub(super) capabilities: Vec<u32>,
    pub(super) mounts: Vec<Mount>,
    pub(super) emulator: Option<Emulation>,
    /// Time limit of each command.
    pub(super) seconds: u64,
    /// Memory limit in bytes, for each command with its child processes.
    pub(super) memory: u64,
    /// Size limit of standard output, and of standard error.
    pub(super) bytes: u64,
}

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) words: Vec<String>,
    /// `KEY`, `VALUE`.
    pub(super) env: Vec<(String, String)>,
}

/// A file or directory of the machine that is mounted in the root.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Mount {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) read_only: bool,
}

/// A static emulator of the image's architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Emulation {
    pub(super) program: String,
    /// The processor to emulate, if it is not the emulator's default.
    pub(super) cpu: Option<String>,
    /// The first bytes of programs of the architecture, and a mask of the relevant bits, in the format of binfmt_misc.
    pub(super) magic: String,
    pub(super) mask: String,
}

/// The result of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The kernel does not allow the namespaces or mounts, for this reason.
    Refused(String),
    /// The kernel allows them, but not an overlay file system.
    NoOverlay(String),
    /// The commands ran, up to the first one that could not be started or was killed.
    Ran(Vec<Ended>),
}

/// How a command ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ended {
    /// Its exit code, or 128 plus the number of the signal that killed it.
    pub(super) code: i32,
    /// Why it was killed or not started.
    pub(super) problem: Option<String>,
    /// The limit that it reached, if it ended by itself.
    pub(super) ran_over: Option<String>,
    /// Whether the emulator could only run the command itself, not its child processes.
    pub(super) alone: bool,
}

/// The files with standard output (`out`) and standard error (`err`) of a command.
pub(super) fn output(stream: &str, number: usize) -> String {
    format!("{stream}-{number}")
}

/// The file with the reason why a command cannot be started.
pub(super) fn trouble(number: usize) -> String {
    format!("trouble-{number}")
}

/// Reads a JSON file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// Writes a JSON file.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), String> {
    let bytes = serde_json::to_vec(value).map_err(|error| error.to_string())?;
    std::fs::write(path, bytes).map_err(|error| error.to_string())
}
