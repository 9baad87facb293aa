//! Runs programs with a time limit.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{bail, Context, Result};

/// Enough time for any tool that does not hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

const POLL: Duration = Duration::from_millis(5);

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code; -1 after a signal.
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Outcome {
    /// The outcome of a program that could not be started.
    pub(crate) fn failed(stderr: String) -> Self {
        Self {
            code: -1,
            stdout: Vec::new(),
            stderr,
        }
    }

    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

/// Runs a program without standard input until it ends, or kills it at the limit.
pub(crate) fn run(command: &mut Command) -> Result<Outcome> {
    run_within(LIMIT, command)
}

/// As [`run`], with another limit.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<Outcome> {
    // Files, not pipes: no thread has to read while the program runs, and processes that it leaves behind cannot block
    // us.
    let mut stdout = tempfile::tempfile()?;
    let mut stderr = tempfile::tempfile()?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > deadline {
            stop(&mut child);
            bail!(
                "cannot run `{}`: it did not end in {limit:?}",
                shown(command)
            );
        }
        sleep(POLL);
    };
    Ok(Outcome {
        code: status.code().unwrap_or(-1),
        stdout: content(&mut stdout)?,
        stderr: String::from_utf8_lossy(&content(&mut stderr)?).into_owned(),
    })
}

/// Runs a program that must end with exit code 0; returns its standard output.
pub(crate) fn succeed(command: &mut Command) -> Result<Vec<u8>> {
    let outcome = run(command)?;
    if outcome.code != 0 {
        bail!(
            "`{}` ended with exit code {}\n{}{}",
            shown(command),
            outcome.code,
            outcome.text(),
            outcome.stderr
        );
    }
    Ok(outcome.stdout)
}

/// As [`succeed`], with the output as text.
pub(crate) fn text(command: &mut Command) -> Result<String> {
    let bytes = succeed(command)?;
    String::from_utf8(bytes).with_context(|| format!("`{}` printed no text", shown(command)))
}

/// Pipes the output of one program to another; returns the output of the second one.
pub(crate) fn piped(from: &mut Command, to: &mut Command) -> Result<Vec<u8>> {
    let mut source = from
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(from)))?;
    let pipe = source.stdout.take().context("no pipe")?;
    let output = to
        .stdin(pipe)
        .output()
        .with_context(|| format!("cannot start `{}`", shown(to)))?;
    if !source.wait()?.success() {
        bail!("`{}` failed", shown(from));
    }
    if !output.status.success() {
        bail!(
            "`{}` failed: {}",
            shown(to),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(output.stdout)
}

/// Kills a child and waits for it.
pub(crate) fn stop(child: &mut Child) {
    // It may have ended already.
    let _ = child.kill();
    let _ = child.wait();
}

/// A server that is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Server(Child);

impl Server {
    /// Starts a server that writes its messages to `log`.
    pub(crate) fn start(command: &mut Command, log: File) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start `{}`", shown(command)))?;
        Ok(Self(child))
    }

    /// Calls `ready` until it returns a value, the server ends or the limit is reached.
    pub(crate) fn wait<T>(&mut self, ready: impl Fn() -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(value) = ready() {
                return Ok(value);
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the server ended: {status}");
            }
            if Instant::now() > deadline {
                bail!("the server was not ready in {LIMIT:?}");
            }
            sleep(POLL * 10);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.0);
    }
}

fn content(file: &mut File) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_output_and_exit_code() {
        let outcome =
            run(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap();
        assert_eq!(
            (outcome.code, outcome.text(), outcome.stderr),
            (3, "out\n".into(), "err\n".into())
        );
    }

    #[test]
    fn a_program_that_hangs_is_killed() {
        let limit = Duration::from_millis(50);
        let error = run_within(limit, Command::new("sleep").arg("60")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot run `sleep 60`: it did not end in 50ms"
        );
    }

    #[test]
    fn says_what_a_failed_program_said() {
        let error = succeed(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sh -c echo why >&2; exit 3` ended with exit code 3\nwhy\n"
        );
    }

    #[test]
    fn either_end_of_a_pipe_may_fail() {
        let upper = || {
            let mut command = Command::new("tr");
            command.args(["a-z", "A-Z"]);
            command
        };
        assert_eq!(
            piped(Command::new("echo").arg("a"), &mut upper()).unwrap(),
            b"A\n"
        );
        assert!(piped(&mut Command::new("false"), &mut upper()).is_err());
        assert!(piped(Command::new("echo").arg("a"), &mut Command::new("false")).is_err());
    }
}
