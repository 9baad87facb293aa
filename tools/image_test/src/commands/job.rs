//! What the tool tells the copies of itself that it starts in new namespaces, and what they answer: JSON files in a folder
//! of the run's own.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The unpacked image, below the run's folder.
pub(super) const LOWER: &str = "image";
/// Where the writes of a test go: a file system in memory is mounted there.
pub(super) const WRITES: &str = "writes";
/// The root of a test: the image and its writes are mounted there.
pub(super) const ROOT: &str = "root";
/// Where the kernel's table of emulators is mounted.
pub(super) const EMULATORS: &str = "emulators";
/// The job.
pub(super) const JOB: &str = "job.json";
/// The answer.
pub(super) const ANSWER: &str = "answer.json";

/// The commands of one test, and the root that they run in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Job {
    /// Whether to begin with a user namespace.
    pub(super) user_namespace: bool,
    /// Whether users have other numbers outside of it: then root is to be become.
    pub(super) shifted: bool,
    /// Whether programs of the image open sockets by the one old call of 386.
    pub(super) socketcall: bool,
    /// Whether writes lie over the image; otherwise the commands write to its folder.
    pub(super) overlay: bool,
    /// Whose user and groups there is a choice of: all, or the one that is mapped.
    pub(super) all_ids: bool,
    pub(super) commands: Vec<Run>,
    /// `USER[:GROUP]`; empty for root.
    pub(super) user: String,
    /// An absolute path, made where it is missing.
    pub(super) workdir: String,
    /// Numbers of the capabilities that root has there.
    pub(super) capabilities: Vec<u32>,
    pub(super) mounts: Vec<Mount>,
    pub(super) emulator: Option<Emulation>,
    /// For each command.
    pub(super) seconds: u64,
    /// Bytes, for each command with all that it starts.
    pub(super) memory: u64,
    /// For each of standard output and standard error.
    pub(super) bytes: u64,
}

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) words: Vec<String>,
    /// `KEY`, `VALUE`.
    pub(super) env: Vec<(String, String)>,
}

/// What of the machine's files is seen in the root.
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
    /// The processor that it is to be, where that is not what it takes by itself.
    pub(super) cpu: Option<String>,
    /// How programs of the architecture begin, and which bits of that count: in the kernel's form (binfmt_misc).
    pub(super) magic: String,
    pub(super) mask: String,
}

/// What came of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The kernel does not allow a private root: why.
    Refused(String),
    /// It allows one, but no file system of layers.
    NoOverlay(String),
    /// The commands ran, up to the first that could not be started or was killed.
    Ran(Vec<Ended>),
}

/// How a command ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ended {
    /// Its exit code; 128 and the number of the signal that ended it.
    pub(super) code: i32,
    /// Why it did not end by itself, or was not started.
    pub(super) problem: Option<String>,
    /// Which limit it met, where it ended by itself.
    pub(super) ran_over: Option<String>,
    /// Whether the emulator could only run the command itself, and not what that starts.
    pub(super) alone: bool,
}

/// Where standard output (`out`) and standard error (`err`) of a command lie.
pub(super) fn output(stream: &str, number: usize) -> String {
    format!("{stream}-{number}")
}

/// Where a command that cannot be started says why.
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
