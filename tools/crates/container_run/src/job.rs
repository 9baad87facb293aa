//! A job: commands that run in one container, and their results.

use serde::{Deserialize, Serialize};

use crate::emulator::Emulator;

/// The host name in a container.
pub const HOST_NAME: &str = "image-test";

/// The capabilities that container engines leave to root (capabilities(7)): CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL,
/// SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE and SETFCAP.
pub const DEFAULT_CAPABILITIES: [u32; 14] = [0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31];

/// Commands that run one after the other in the same root directory, up to the first one that cannot be started or is
/// killed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Job {
    /// The commands, in order.
    pub commands: Vec<Process>,
    /// The architecture of the programs, by OCI's name. On `386`, sockets need a system call that cannot be filtered.
    pub architecture: String,
    /// The emulator of the architecture; `None` if this machine runs its programs.
    pub emulator: Option<Emulator>,
    /// The user of the commands, as in an image configuration: `USER[:GROUP]`, names or numbers; empty for root.
    pub user: String,
    /// The working directory: an absolute path, which is created if it is missing.
    pub workdir: String,
    /// The numbers of the capabilities that root has (capabilities(7)).
    pub capabilities: Vec<u32>,
    /// Files and directories of this machine to mount.
    pub mounts: Vec<Mount>,
    /// Time limit of each command, in seconds.
    pub timeout_seconds: u64,
    /// Memory limit of each command with its child processes, in bytes.
    pub memory_bytes: u64,
}

/// A command to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The program and its arguments. A program without `/` is searched in `PATH`.
    pub args: Vec<String>,
    /// The environment variables, as name and value.
    pub env: Vec<(String, String)>,
}

/// A bind mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// The absolute path of a file or directory of this machine, without links.
    pub source: String,
    /// The absolute path in the container, which is created if it is missing.
    pub target: String,
    /// Whether commands cannot write to it.
    pub read_only: bool,
}

/// The result of a job.
#[derive(Debug)]
pub enum JobResult {
    /// The commands were started.
    Ran {
        /// The commands up to the first one that could not be started or was killed.
        commands: Vec<CommandResult>,
        /// The output of the requested command.
        output: Output,
    },
    /// The image has no such user or group, for this reason.
    NoUser(String),
    /// The kernel does not allow the namespaces or the mounts, for this reason.
    Refused(String),
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandResult {
    /// Its exit code, or 128 plus the number of the signal that killed it.
    pub code: i32,
    /// Why it was killed or not started.
    pub problem: Option<String>,
    /// The limit that it reached, if it ended by itself.
    pub reached_limit: Option<String>,
    /// Whether the emulator could only run the command itself, not its child processes.
    pub emulated_alone: bool,
}

/// The exit code and the output of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The exit code as in [`CommandResult`]; -1 if the command was not started.
    pub code: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}
