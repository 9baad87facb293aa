//! Limits on the resources of this machine for commands of an image. All resources are freed when a command ends.

/// Bytes of standard output, and of standard error: a report only shows the beginning.
pub const OUTPUT: u64 = 16 << 20;

/// The usual memory limit: MiB for all processes of a command together. The JVM and Node.js, which need the most in our
/// images, stay below 1 GiB in tests. With a larger limit, a test could exhaust the memory of a CI machine.
pub const MEMORY: u64 = 4096;

/// Bytes of data of a single process (`RLIMIT_DATA`), for a limit on all of them. It is twice that limit: slow growth
/// is noticed and reported first, and the kernel stops fast growth. Reserved addresses do not count: V8 reserves 64
/// GiB.
pub(crate) fn data(memory: u64) -> u64 {
    memory.saturating_mul(2)
}

/// Bytes that the commands of a job may write to files. They are in memory, in addition to that of the processes.
pub(crate) fn writes(memory: u64) -> u64 {
    memory / 2
}

/// Processes and threads of a command at the same time. A JVM on 64 processors starts 200 threads.
pub const TASKS: u64 = 2048;

/// The kernel's limit on processes and threads (`RLIMIT_NPROC`): twice [`TASKS`], for the same reason as in [`data`].
pub(crate) const MAX_TASKS: u64 = 2 * TASKS;

/// Open files of all processes of a command together. Each is measured, because it may have memory that no process has
/// mapped. A server with a thousand connections has a few thousand.
pub const OPEN: usize = 65_536;

/// Files that the commands of a job may create: each needs about 1 KiB of kernel memory.
pub const FILES: u64 = 1 << 19;

/// Bytes of `/dev/shm`: the default of container engines.
pub const SHARED: u64 = 64 << 20;
