//! What a command of an image may take of this machine. All of it is given back when the command ends.

/// Bytes of each of standard output and standard error: a report shows their beginning only.
pub(super) const OUTPUT: u64 = 16 << 20;

/// MiB of memory of all processes of a command together, where `--memory` says nothing else. The JVM and Node.js, which take the
/// most of our images, stay below 1 GiB in tests; a larger number would let a test push a machine of CI out of memory.
pub(crate) const MEMORY: u64 = 4096;

/// Bytes of data of a single process (`RLIMIT_DATA`), of the memory that all have. It is twice that, so that the reason is told
/// where a process grows slowly enough to be seen, and the kernel stops it where it does not. Reserved addresses do not count: V8
/// reserves 64 GiB.
pub(super) fn data(memory: u64) -> u64 {
    memory.saturating_mul(2)
}

/// Bytes that the commands of a test may write to files: these lie in memory, beside that of the processes.
pub(super) fn writes(memory: u64) -> u64 {
    memory / 2
}

/// Processes and threads of a command that are seen at one time before it is stopped. A JVM on 64 processors starts 200 threads.
pub(super) const TASKS: u64 = 2048;

/// Processes and threads that the kernel lets there be (`RLIMIT_NPROC`): twice [`TASKS`], for the same reason as with [`data`].
pub(super) const MOST_TASKS: u64 = 2 * TASKS;

/// Open files of all processes of a command together: each is looked at, because it may hold memory that no process has mapped. A
/// server of a thousand connections has some thousands.
pub(super) const OPEN: usize = 65_536;

/// Files that the commands of a test may make: each takes about 1 KiB of the kernel's memory.
pub(super) const FILES: u64 = 1 << 19;

/// Bytes of `/dev/shm`: what container engines give.
pub(super) const SHARED: u64 = 64 << 20;
