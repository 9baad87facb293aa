//! Runs one command of a job to its end, within its limits.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::UnshareFlags;

use super::attempt::{OrCannot, Result};
use super::exec::NOT_STARTED;
use super::namespaces::unshare;
use super::stage;
use super::usage::Monitor;
use crate::exchange::{self, WRITES};
use crate::job::{CommandResult, Job};
use crate::{limits, role};

const POLL: Duration = Duration::from_millis(2);
/// The signal for writing beyond the file size limit (`SIGXFSZ`).
const FILE_TOO_LARGE: i32 = 25;

/// The properties of the namespaces that matter to a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    /// Whether the emulator only runs the command, not its child processes.
    pub(super) emulated_alone: bool,
    /// Whether the processes of all commands can be measured.
    pub(super) measured: bool,
}

/// The result of a command that was not started, or was killed.
pub(super) fn not_started(cause: String, conditions: Conditions) -> CommandResult {
    CommandResult {
        code: -1,
        problem: Some(cause),
        reached_limit: None,
        emulated_alone: conditions.emulated_alone,
    }
}

/// Runs a command to its end, or kills it with all its child processes.
pub(super) fn run(job: &Job, number: usize, conditions: Conditions) -> Result<CommandResult> {
    let full = AtomicBool::new(false);
    let status = match start(job, number, conditions, &full)? {
        Ok(status) => status,
        Err(problem) => return Ok(not_started(problem, conditions)),
    };
    let error = fs::read_to_string(exchange::start_error(number)).unwrap_or_default();
    let is_not_started = status.code() == Some(NOT_STARTED.into()) && !error.is_empty();
    Ok(CommandResult {
        code: code(status),
        problem: is_not_started.then_some(error),
        reached_limit: reached_limit(job, status),
        emulated_alone: conditions.emulated_alone,
    })
}

/// The exit status of a command, or why it was killed.
type Ending = std::result::Result<ExitStatus, String>;

/// Starts the process of a command, stores its output, and waits for its end.
fn start(job: &Job, number: usize, conditions: Conditions, full: &AtomicBool) -> Result<Ending> {
    thread::scope(|scope| {
        let (pipes, started) = mpsc::channel();
        // A thread that has entered a new PID namespace for its children cannot create threads. It lives until the
        // child has ended, because the child dies with it.
        let child = scope.spawn(move || {
            unshare(UnshareFlags::NEWPID).or_cannot("create a PID namespace")?;
            let mut child = Command::new(stage::SELF)
                .args([role::OPTION, role::EXEC, ".", &number.to_string()])
                .args(conditions.emulated_alone.then_some(role::ALONE))
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .or_cannot("start the process of a command")?;
            let sent = pipes.send((child.stdout.take(), child.stderr.take()));
            let ending = wait(&mut child, job, full, conditions.measured);
            sent.or_cannot("read its output")?;
            ending
        });
        if let Ok((Some(stdout), Some(stderr))) = started.recv() {
            scope.spawn(move || store_output(stdout, &exchange::stdout(number), full));
            scope.spawn(move || store_output(stderr, &exchange::stderr(number), full));
        }
        child
            .join()
            .unwrap_or_else(|_| Err("the thread that runs it ended unexpectedly".to_owned()))
    })
}

/// Waits for a child, and kills it at a limit.
fn wait(child: &mut Child, job: &Job, full: &AtomicBool, measured: bool) -> Result<Ending> {
    let deadline = Instant::now() + Duration::from_secs(job.timeout_seconds);
    let mut monitor = measured.then(|| Monitor::new(stage::PROCESSES, job.memory_bytes));
    let too_much_output = || format!("it wrote more than {} bytes", limits::OUTPUT);
    loop {
        if let Some(status) = child.try_wait().or_cannot("wait for it")? {
            return Ok(if full.load(Ordering::Relaxed) {
                Err(too_much_output())
            } else {
                Ok(status)
            });
        }
        let problem = if full.load(Ordering::Relaxed) {
            Some(too_much_output())
        } else if Instant::now() >= deadline {
            Some(format!("it did not end in {} seconds", job.timeout_seconds))
        } else {
            monitor.as_mut().and_then(Monitor::exceeded_limit)
        };
        if let Some(problem) = problem {
            // The child is the first process of its namespace, so all others there end with it.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(Err(problem));
        }
        thread::sleep(POLL);
    }
}

/// The limit that a command reached before it ended by itself: programs rarely report it.
fn reached_limit(job: &Job, status: ExitStatus) -> Option<String> {
    let bytes = limits::writes(job.memory_bytes);
    // After a write that does not fit, a little space may be left.
    let space = rustix::fs::statvfs(WRITES);
    if space.is_ok_and(|space| space.f_bavail <= space.f_blocks / 64 || space.f_favail == 0) {
        let files = limits::FILES;
        return Some(format!(
            "the commands of a test reached the limit of {bytes} bytes and {files} files"
        ));
    }
    let is_too_large = code(status) == 128 + FILE_TOO_LARGE;
    is_too_large.then(|| format!("it wrote more than {bytes} bytes to a file"))
}

fn code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// Stores the output of a command, up to the limit.
fn store_output(pipe: impl Read, path: &str, full: &AtomicBool) {
    let Ok(mut file) = File::create(path) else {
        full.store(true, Ordering::Relaxed);
        return;
    };
    let mut pipe = pipe;
    let copied = std::io::copy(&mut pipe.by_ref().take(limits::OUTPUT), &mut file);
    let more = copied.is_err() || pipe.read(&mut [0]).is_ok_and(|read| read > 0);
    if more {
        full.store(true, Ordering::Relaxed);
    }
}
