//! A directory in which the program runs.

// Each test program uses only a part of this module.
#![allow(dead_code)]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output of a run that succeeded.
    pub(crate) fn output(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// The message of a run that failed, which is the last of standard error.
    pub(crate) fn message(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (1, ""), "{self:?}");
        let start = self.stderr.rfind("error: ").expect("no error");
        self.stderr[start + 7..].trim_end().to_owned()
    }
}

/// The directory of a test, with the environment of its runs.
pub(crate) struct World {
    directory: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Runs `image_push ARGUMENTS` in the directory.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments)
    }

    /// Runs `image_push ARGUMENTS` in another directory below it.
    pub(crate) fn run_in(&self, directory: &str, arguments: &[&str]) -> Run {
        let output = self.command(directory, arguments).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts `image_push ARGUMENTS` in the directory.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command("", arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    fn command(&self, directory: &str, arguments: &[&str]) -> Command {
        let program = fs::canonicalize(env!("CARGO_BIN_EXE_image_push")).unwrap();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path(directory))
            .env_clear()
            .env("HOME", self.directory.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}
