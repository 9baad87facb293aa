//! Programs of container engines.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use blob::{Error, Result, ResultExt};

/// Output of a program that is read.
const MAX_OUTPUT: u64 = 64 << 20;

/// A program of an engine, which is found by `PATH`.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// Advice if it is missing.
    pub(super) hint: &'static str,
}

/// The end of a program.
pub(super) struct Ended {
    pub(super) is_success: bool,
    pub(super) output: String,
    /// The last line of standard error.
    message: String,
}

impl Program {
    /// Runs the program without input, and returns standard output.
    ///
    /// # Errors
    ///
    /// It cannot be started, or fails.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<String> {
        let ended = self.ask(arguments)?;
        self.check(arguments, ended)
    }

    /// Runs the program without input; it may fail.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub(super) fn ask(&self, arguments: &[&str]) -> Result<Ended> {
        self.execute(arguments, &mut io::empty())
    }

    /// Runs the program with this input.
    ///
    /// # Errors
    ///
    /// It cannot be started or fails, or the input cannot be read.
    pub(super) fn feed(&self, arguments: &[&str], input: &mut dyn Read) -> Result<String> {
        let ended = self.execute(arguments, input)?;
        self.check(arguments, ended)
    }

    fn check(&self, arguments: &[&str], ended: Ended) -> Result<String> {
        if ended.is_success {
            return Ok(ended.output);
        }
        let verb = arguments.first().copied().unwrap_or_default();
        let object = format!("{} {verb}", self.name);
        Err(Error::cannot("run", object, ended.message))
    }

    fn execute(&self, arguments: &[&str], input: &mut dyn Read) -> Result<Ended> {
        let mut child = self.start(arguments)?;
        let (output, error) = (child.stdout.take(), child.stderr.take());
        let stdin = child.stdin.take();
        let (output, error, fed) = thread::scope(|scope| {
            let output = scope.spawn(|| text(output));
            let error = scope.spawn(|| text(error));
            let fed = match stdin {
                Some(mut stdin) => feed(input, &mut stdin),
                None => Ok(()),
            };
            if fed.is_err() {
                // An incomplete input must not look like a complete one.
                let _ = child.kill();
            }
            let joined = (output.join(), error.join());
            (
                joined.0.unwrap_or_default(),
                joined.1.unwrap_or_default(),
                fed,
            )
        });
        let status = child.wait().cannot("run", self.name)?;
        fed?;
        let mut lines = error.lines().filter(|line| !line.trim().is_empty());
        let message = match lines.next_back() {
            Some(line) => message::redact_all(&line.chars().take(500).collect::<String>()),
            None => status.to_string(),
        };
        Ok(Ended {
            is_success: status.success(),
            output,
            message,
        })
    }

    fn start(&self, arguments: &[&str]) -> Result<Child> {
        let started = Command::new(self.name)
            .args(arguments)
            // The password of a key that signs.
            .env_remove("COSIGN_PASSWORD")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        started.map_err(|error| {
            let cause = match error.kind() {
                ErrorKind::NotFound => "there is no such program".to_owned(),
                _ => error.to_string(),
            };
            Error::cannot("run", self.name, cause).hint(self.hint)
        })
    }
}

/// Copies the input. A program that ends before it has read everything says itself why.
fn feed(input: &mut dyn Read, stdin: &mut dyn Write) -> Result<()> {
    let mut buffer = vec![0; 128 << 10];
    loop {
        let read = input.read(&mut buffer).cannot("read", "image")?;
        if read == 0 {
            return Ok(());
        }
        match stdin.write_all(&buffer[..read]) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written.cannot("write", "image")?,
        }
    }
}

/// The output of a program. More than the limit is read, but not kept, so that the program does not wait.
fn text(output: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut output) = output {
        let _ = (&mut output).take(MAX_OUTPUT).read_to_end(&mut bytes);
        let _ = io::copy(&mut output, &mut io::sink());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
