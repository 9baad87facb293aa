//! The programs, and processes that end with the test.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use testkit::reference_tool;

/// The directory of the reference tools; `None` if one of these programs could not be fetched, which is reported.
pub(crate) fn tools(programs: &[&str]) -> Option<PathBuf> {
    let directory = std::env::var("DISTROLESS_REFERENCE_TOOLS").unwrap_or_default();
    for program in programs {
        reference_tool(program)?;
    }
    Some(directory.into())
}

/// A process that is ended at the end of the test.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGTERM, so that an engine ends its own processes.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Waits until a condition is true.
pub(crate) fn wait_for(name: &str, mut condition: impl FnMut() -> bool) {
    for _ in 0..300 {
        if condition() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{name} did not start within 30 s");
}

/// Standard output of a program that succeeded.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}
