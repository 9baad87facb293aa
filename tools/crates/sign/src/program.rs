//! Runs a program with a small input, a small output and a time limit.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{kill_process_group, Pid, Signal};

use crate::line::line;

/// The maximum size of each output of a program, in bytes.
const MAX_OUTPUT: u64 = 64 * 1024;

/// How often the program is observed.
const POLL: Duration = Duration::from_millis(5);

/// Runs a program; returns its standard output. The input must fit into the buffer of a pipe (4 KiB).
///
/// The error is a cause for messages. It contains the first line of the standard error.
pub(crate) fn run(command: &mut Command, input: &[u8], limit: Duration) -> Result<Vec<u8>, String> {
    let file = || tempfile::tempfile().map_err(|error| format!("temporary file: {error}"));
    // Files instead of pipes: no thread has to read, and processes that the program leaves cannot block us.
    let (mut stdout, mut stderr) = (file()?, file()?);
    let copy = |file: &File| file.try_clone().map_err(|error| error.to_string());
    let mut child = command
        // The password of another key.
        .env_remove("COSIGN_PASSWORD")
        .stdin(Stdio::piped())
        .stdout(copy(&stdout)?)
        .stderr(copy(&stderr)?)
        .process_group(0)
        .spawn()
        .map_err(|error| format!("it does not start: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input may be correct: its output decides.
        let _ = stdin.write_all(input);
    }
    let ended = wait(&mut child, limit, &[&stdout, &stderr]);
    let status = match ended {
        Ok(status) => status,
        Err(cause) => {
            stop(&mut child);
            return Err(cause);
        }
    };
    if status.success() {
        content(&mut stdout)
    } else {
        Err(failure(status, &content(&mut stderr)?))
    }
}

fn wait(child: &mut Child, limit: Duration, outputs: &[&File]) -> Result<ExitStatus, String> {
    let deadline = Instant::now() + limit;
    loop {
        let status = child.try_wait().map_err(|error| error.to_string())?;
        for output in outputs {
            let size = output.metadata().map_err(|error| error.to_string())?.len();
            if size > MAX_OUTPUT {
                return Err("it printed more than 64 KiB".to_owned());
            }
        }
        if let Some(status) = status {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            return Err(format!("it did not end within {limit:?}"));
        }
        sleep(POLL);
    }
}

/// Kills the program and the processes that it started.
fn stop(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // The group exists as long as the child is not waited for. If it has ended, only the other processes are killed.
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

fn content(file: &mut File) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.rewind()
        .and_then(|()| file.take(MAX_OUTPUT).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn failure(status: ExitStatus, stderr: &[u8]) -> String {
    let ended = match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "it failed".to_owned(),
    };
    let stderr = String::from_utf8_lossy(stderr);
    match stderr.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(first) => format!("{ended}: {}", line(first)),
        None => ended,
    }
}
