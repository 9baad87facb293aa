//! The program, a registry, and a directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use registry_fixture::{Registry, Settings};
use tempfile::TempDir;

use crate::images::{digest, Image, PlanFiles};

/// A registry, and a directory for the files of a test.
pub(crate) struct World {
    pub(crate) registry: Registry,
    directory: TempDir,
}

/// The result of a run. The host of the registry is HOST in it, and the directory DIR.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self {
            registry: Registry::new(settings),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// `HOST/PATH`.
    pub(crate) fn name(&self, path: &str) -> String {
        format!("{}/{path}", self.registry.address())
    }

    /// Writes the layout `layout` of an image.
    pub(crate) fn layout(&self, image: &Image) -> String {
        image.write(&self.path("layout"), "v1");
        self.path("layout").display().to_string()
    }

    /// Writes a plan. Returns its path.
    pub(crate) fn plan(&self, plan: &PlanFiles) -> String {
        let path = self.path("plan.json");
        fs::write(&path, serde_json::to_vec(&plan.plan).unwrap()).unwrap();
        path.display().to_string()
    }

    /// The directory of the files of a plan.
    pub(crate) fn runfiles(&self) -> PathBuf {
        self.path("runfiles")
    }

    /// The program, with no environment of the user.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("HOME", self.directory.path())
            .env("RUNFILES_DIR", self.runfiles())
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.finish(self.command().args(arguments))
    }

    pub(crate) fn finish(&self, command: &mut Command) -> Run {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let directory = self.directory.path().display().to_string();
            text.replace(&self.registry.address(), "HOST")
                .replace(&directory, "DIR")
        };
        Run {
            code: output.status.code(),
            output: text(output.stdout),
            errors: text(output.stderr),
        }
    }

    /// Pushes the layout `layout` as this tag.
    pub(crate) fn push(&self, reference: &str) -> Run {
        let layout = self.path("layout").display().to_string();
        self.run(&[
            "push",
            &layout,
            &self.name(reference),
            "--attempts=3",
            "--timeout=5",
        ])
    }

    /// The requests that could write something.
    pub(crate) fn writes(&self) -> usize {
        let requests = self.registry.requests();
        let writes = requests
            .iter()
            .filter(|record| !matches!(record.method.as_str(), "GET" | "HEAD"));
        writes.count()
    }

    /// Checks that a repository has an image completely, at this tag.
    pub(crate) fn assert_has(&self, repository: &str, tag: &str, image: &Image) {
        let found = self.registry.manifest(repository, tag);
        assert_eq!(
            found,
            Some((image.media_type.to_owned(), image.root.clone())),
            "{tag}"
        );
        for blob in image.blobs() {
            assert_eq!(
                self.registry.blob(repository, &digest(blob)).as_ref(),
                Some(blob)
            );
        }
    }
}

impl Run {
    /// The standard output of a run without errors.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.errors);
        self.output
    }

    /// The message of a run that fails: what standard error has from `error:` on.
    #[track_caller]
    pub(crate) fn failure(self) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.output, self.errors);
        let start = self.errors.find("error:").unwrap();
        self.errors[start..].trim_end().to_owned()
    }
}

/// An absolute path: Bazel gives one below the directory of the test.
pub(crate) fn program() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_BIN_EXE_image_push"))).unwrap()
}
