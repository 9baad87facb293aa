//! The command line.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use blob::{read_text, Result, ResultExt};
use clap::{Args, CommandFactory, FromArgMatches, Parser};

use crate::checks::{names, CheckFlags};
use crate::commands::DEFAULT_MEMORY;

/// The environment variable that names a parameter file with more options, which come before those of the command line.
/// A test executable has no arguments, so rules write this file. Several files, separated by `:`, test one image each.
const OPTIONS: &str = "IMAGE_TEST_FLAGS";

/// Tests a container image without a daemon.
#[derive(Debug, Parser)]
#[command(name = "image_test")]
pub struct Arguments {
    /// The image: an OCI image layout directory, a tar of one, or an archive of `docker save`
    #[arg(long, value_name = "PATH")]
    pub(crate) layout: PathBuf,
    #[command(flatten)]
    pub(crate) options: TestOptions,
}

/// The options of the tests of one image.
#[derive(Args, Clone, Debug)]
pub struct TestOptions {
    /// Platform of the image, OS/ARCHITECTURE[/VARIANT]; required if the image is for several platforms
    #[arg(long)]
    pub(crate) platform: Option<String>,
    /// Tests in container-structure-test's format, YAML or JSON; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) checks: CheckFlags,
    /// JUnit XML file to write; by default the file that $XML_OUTPUT_FILE names, if it is set
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Name of the image in messages; by default its path
    #[arg(long, value_name = "LABEL")]
    pub(crate) name: Option<String>,
    /// Time limit for each command of a command test
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
    /// Memory limit for each command of a command test, including all processes that it starts
    #[arg(long, value_name = "MIB", default_value_t = DEFAULT_MEMORY, value_parser = clap::value_parser!(u64).range(16..=1_048_576))]
    pub(crate) memory: u64,
    /// Static qemu for the architecture of the image; by default `qemu-ARCH-static` or `qemu-ARCH` on $PATH
    #[arg(long, value_name = "FILE")]
    pub(crate) emulator: Option<PathBuf>,
}

impl Arguments {
    /// Parses the words of a command line, the program included.
    ///
    /// # Errors
    ///
    /// An argument is invalid, or it is a request for help.
    pub fn from_words<W: Into<OsString> + Clone>(
        words: impl IntoIterator<Item = W>,
    ) -> std::result::Result<Self, clap::Error> {
        Self::from_arg_matches(&with_checks(Self::command()).try_get_matches_from(words)?)
    }

    /// The tests of a layout.
    pub fn new(layout: PathBuf, options: TestOptions) -> Self {
        Self { layout, options }
    }
}

impl TestOptions {
    /// The same options for one platform of the image.
    #[must_use]
    pub fn for_platform(&self, platform: String) -> Self {
        Self {
            platform: Some(platform),
            ..self.clone()
        }
    }

    /// The platform, if the options name one.
    pub fn platform(&self) -> Option<&str> {
        self.platform.as_deref()
    }

    /// Adds files with tests.
    pub fn add_configs(&mut self, files: impl IntoIterator<Item = PathBuf>) {
        self.config.extend(files);
    }

    /// Requests these checks if the options request neither checks nor tests.
    pub fn check_by_default(&mut self, names: &[&str]) {
        if self.config.is_empty() && self.checks.check.is_empty() {
            let names = names.iter().map(|name| (*name).to_owned());
            self.checks.check.extend(names);
        }
    }
}

/// A command whose options include [`TestOptions`], with the list of checks. It is not in the options, because the checks
/// use the options.
pub fn with_checks(command: clap::Command) -> clap::Command {
    command.mut_arg("check", |check| check.value_parser(names()))
}

/// The arguments of the command line, preceded by those of the parameter file ([`OPTIONS`]). One list for each file.
pub(crate) fn words() -> Result<Vec<Vec<OsString>>> {
    let mut words = env::args_os();
    let program: Vec<OsString> = words.next().into_iter().collect();
    let words: Vec<OsString> = words.collect();
    let Some(files) = env::var_os(OPTIONS) else {
        return Ok(vec![[program, words].concat()]);
    };
    env::split_paths(&files)
        .map(|file| {
            let text = read_text(&file, worker::MAX_PARAMETERS).cannot("read", file.display())?;
            let options = worker::parameters(&text).cannot("read", file.display())?;
            let options = options.into_iter().map(OsString::from).collect();
            Ok([program.clone(), options, words.clone()].concat())
        })
        .collect()
}
