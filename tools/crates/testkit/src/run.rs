use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code; -1 after a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs a program in a directory until it ends.
pub fn run_in<A: AsRef<OsStr>>(
    directory: &Path,
    program: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Outcome {
    // Bazel's paths are relative to the directory in which the test starts.
    let program = fs::canonicalize(program).unwrap_or_else(|_| PathBuf::from(program));
    let mut command = Command::new(&program);
    let output = command.args(arguments).current_dir(directory).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a program until it ends.
pub fn run<A: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = A>) -> Outcome {
    run_in(Path::new("."), program, arguments)
}

/// A temporary directory for one test.
#[derive(Debug)]
pub struct Workspace(tempfile::TempDir);

impl Workspace {
    /// An empty directory.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The path of a file in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The bytes of a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Runs a program in the directory until it ends.
    pub fn run<A: AsRef<OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Outcome {
        run_in(self.0.path(), program, arguments)
    }

    /// All files with their digests, one on each line, to check that a failed run changes nothing.
    pub fn listing(&self) -> String {
        let mut lines: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| line(&entry.unwrap().path()))
            .collect();
        lines.sort();
        lines.concat()
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new()
    }
}

fn line(path: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let digest = Sha256::digest(fs::read(path).unwrap());
    format!("{name} {}\n", hex::encode(digest))
}
