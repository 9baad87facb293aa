//! A directory with a manifest and a keyring, in which tests run the command.

// Each test program uses only a part of this module.
#![allow(dead_code)]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use archive_fixture::{Archive, Files, Key, Stanza};

/// The result of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The workspace of a test.
pub(crate) struct World {
    directory: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

pub(crate) const MANIFEST: &str = "\
version: 1
sources:
  - channel: bookworm main
    archive: debian
    signed_by: test-keyring
archs: [amd64]
resolve: false
packages: [netbase]
";

impl World {
    pub(crate) fn new(mirror: &str) -> Self {
        let world = Self {
            directory: tempfile::tempdir().unwrap(),
            environment: vec![("DEBIAN_MIRROR".to_owned(), mirror.to_owned())],
        };
        fs::create_dir(world.path("keyrings")).unwrap();
        world.write("keyrings/test-keyring.asc", &Key::new(1).public());
        world.write("distro.yaml", MANIFEST);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Removes the given directories of the cache if they exist.
    pub(crate) fn forget(&self, directories: &[&str]) {
        for directory in directories {
            let _ = fs::remove_dir_all(self.path("cache").join(directory));
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Runs `debian_lock ARGUMENTS` in the workspace, with an environment that contains only the variables of
    /// [`World::set`].
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts the same command without waiting for it. Its output is not read.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stderr(Stdio::null()).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command =
            Command::new(fs::canonicalize(env!("CARGO_BIN_EXE_debian_lock")).unwrap());
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .envs(self.environment.clone());
        command
    }

    /// Runs `debian_lock update distro.yaml` with a cache in the workspace and more options; by default with one try.
    pub(crate) fn update(&self, options: &[&str]) -> Run {
        let mut arguments = vec!["update", "distro.yaml", "--cache", "cache"];
        arguments.extend(options);
        if !options.contains(&"--attempts") {
            arguments.extend(["--attempts", "1"]);
        }
        self.run(&arguments)
    }

    /// The error of a run that must fail and must not change the lock.
    pub(crate) fn error(&self, options: &[&str]) -> String {
        let before = fs::read_to_string(self.path("distro.lock.json")).ok();
        let run = self.update(options);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let after = fs::read_to_string(self.path("distro.lock.json")).ok();
        assert_eq!(before, after);
        assert_eq!(run.stdout, "");
        let start = run
            .stderr
            .find("error: ")
            .unwrap_or_else(|| panic!("{}", run.stderr));
        run.stderr[start..].to_owned()
    }
}

/// The files of a suite with one package of this version.
pub(crate) fn files(version: &str, date: &str) -> Files {
    let archive = Archive::new("bookworm").with("Date", date);
    let archive = archive.package("amd64", &Stanza::new("netbase", version));
    archive.files(&[&Key::new(1)])
}

pub(crate) const SATURDAY: &str = "Sat, 11 Jul 2026 10:16:37 UTC";
pub(crate) const SUNDAY: &str = "Sun, 12 Jul 2026 10:16:37 UTC";
