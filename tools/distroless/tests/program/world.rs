//! A directory with a definition, and a Debian repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use archive_fixture::{Archive, Files, Key, Stanza};
use http_fixture::Server;
use tempfile::TempDir;
use testkit::{Deb, Item};

/// The result of a run. The directory of the test is DIR in it, and the port of the repository PORT.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// A directory for the files of a test, and a repository.
pub(crate) struct World {
    pub(crate) server: Server,
    directory: TempDir,
}

/// An image of one package and one file.
pub(crate) const DEFINITION: &str = "\
version: 1
name: app
architectures: [amd64]
standard_files: false
sources:
  - {channel: bookworm main, archive: debian, signed_by: test-keyring}
packages: [hello]
layers:
  - files:
      /app/greeting: {source: greeting}
entrypoint: [/usr/bin/hello]
unchecked: [directories, entrypoint, user]
";

pub(crate) const DATE: &str = "Sat, 11 Jul 2026 10:16:37 UTC";

impl World {
    /// The repository has hello 1.0-1, and `image.yaml` is [`DEFINITION`].
    pub(crate) fn new() -> Self {
        let world = Self {
            server: Server::new(files("1.0-1")),
            directory: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(world.path("keyrings")).unwrap();
        world.write("keyrings/test-keyring.asc", &Key::new(1).public());
        world.write("image.yaml", DEFINITION);
        world.write("greeting", "hello\n");
        world
    }

    /// The same with the lock and the image.
    pub(crate) fn built() -> Self {
        let world = Self::new();
        world.succeed(&["lock"]);
        world.succeed(&["build"]);
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

    /// Replaces a text in a file, which must have it.
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{old} is not in {name}");
        self.write(name, &text.replace(old, new));
    }

    /// The program in the directory, with an environment that has nothing of the user.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_distroless"));
        let mut command = Command::new(fs::canonicalize(program).unwrap());
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.directory.path())
            .env("DEBIAN_MIRROR", self.server.root("debian"))
            .env("COSIGN_PASSWORD", "password")
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let directory = self.directory.path().display().to_string();
            text.replace(&directory, "DIR")
                .replace(&format!("127.0.0.1:{}", self.server.port()), "HOST")
        };
        Run {
            code: output.status.code(),
            output: text(output.stdout),
            errors: text(output.stderr),
        }
    }

    /// The standard output of a run that must succeed.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(
            run.code,
            Some(0),
            "{arguments:?}\n{}\n{}",
            run.output,
            run.errors
        );
        run.output
    }

    /// The error message of a run that must fail.
    pub(crate) fn fail(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(
            run.code,
            Some(1),
            "{arguments:?}\n{}\n{}",
            run.output,
            run.errors
        );
        let start = run
            .errors
            .find("error: ")
            .unwrap_or_else(|| panic!("{run:?}"));
        run.errors[start..].to_owned()
    }
}

/// The package hello with a program.
pub(crate) fn hello(version: &str) -> Vec<u8> {
    let control =
        format!("Package: hello\nVersion: {version}\nArchitecture: amd64\nDescription: test\n");
    let mut deb = Deb::new().control(&control);
    for directory in [
        "./usr/",
        "./usr/bin/",
        "./usr/share/",
        "./usr/share/doc/",
        "./usr/share/doc/hello/",
    ] {
        deb = deb.item(Item::directory(directory));
    }
    deb.item(Item::file("./usr/bin/hello", format!("hello {version}")).mode(0o755))
        .item(Item::file(
            "./usr/share/doc/hello/copyright",
            "License: MIT",
        ))
        .build()
}

/// The files of a repository with one version of hello.
pub(crate) fn files(version: &str) -> Files {
    let stanza = Stanza::new("hello", version).content(&hello(version));
    let archive = Archive::new("bookworm").with("Date", DATE);
    archive.package("amd64", &stanza).files(&[&Key::new(1)])
}
