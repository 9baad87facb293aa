//! Test files of container-structure-test, schema 1.0.0 and 2.0.0, in YAML or JSON.
//!
//! The reader is strict: an unknown field, a value of the wrong type, or a missing name is an error with line and
//! column.

mod cases;
mod escapes;
mod expand;
mod fields;
mod names;
mod pattern;
mod run_options;
mod schema;
#[cfg(test)]
mod tests;
mod tree;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use blob::{Error, Result, ResultExt};

use fields::Case;
use tree::Problem;

pub(crate) use expand::expand;
pub(crate) use pattern::Pattern;
pub(crate) use run_options::RunOptions;

/// Size limit of a test file.
const MAX_FILE: u64 = 4 << 20;

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// `1.0.0`: paths are used as written.
    One,
    /// `2.0.0`: variables of the image are replaced in paths.
    Two,
}

/// A test file.
#[derive(Debug)]
pub(crate) struct Config {
    /// Its path, as given by the user.
    pub(crate) name: String,
    pub(crate) schema: Schema,
    /// Variables for all its tests.
    pub(crate) global_env: Vec<Variable>,
    pub(crate) commands: Vec<CommandTest>,
    pub(crate) existence: Vec<ExistenceTest>,
    pub(crate) contents: Vec<ContentTest>,
    pub(crate) metadata: Option<MetadataTest>,
    pub(crate) licenses: Vec<LicenseTest>,
    /// How commands run.
    pub(crate) run: RunOptions,
}

/// A variable to set. `$NAME` in the value will be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// Runs a command and checks its output.
#[derive(Debug, Default)]
pub(crate) struct CommandTest {
    pub(crate) name: String,
    /// Commands to run before it, in the same root.
    pub(crate) setup: Vec<Vec<String>>,
    /// Commands to run after it.
    pub(crate) teardown: Vec<Vec<String>>,
    pub(crate) env: Vec<Variable>,
    pub(crate) exit_code: i64,
    /// The program and its arguments; never empty. Variables of the image will be replaced.
    pub(crate) command: Vec<String>,
    /// Patterns that standard output must contain.
    pub(crate) expected_output: Vec<Pattern>,
    pub(crate) excluded_output: Vec<Pattern>,
    /// Patterns that standard error must contain.
    pub(crate) expected_error: Vec<Pattern>,
    pub(crate) excluded_error: Vec<Pattern>,
}

/// Checks whether a file exists, and its properties.
#[derive(Debug)]
pub(crate) struct ExistenceTest {
    pub(crate) name: String,
    /// The path as written. In schema 2, variables of the image and of the file will be replaced.
    pub(crate) path: String,
    pub(crate) should_exist: bool,
    /// A mode in Go's format: `-rwxr-xr-x`, `drwxr-xr-x`, `Lrwxrwxrwx`, `dtrwxrwxrwx`.
    pub(crate) permissions: Option<String>,
    pub(crate) uid: Option<u64>,
    pub(crate) gid: Option<u64>,
    pub(crate) executable_by: Option<ExecutableBy>,
}

/// Whose execute bit must be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExecutableBy {
    Any,
    Owner,
    Group,
    Other,
}

/// Checks the content of a file.
#[derive(Debug)]
pub(crate) struct ContentTest {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) expected: Vec<Pattern>,
    pub(crate) excluded: Vec<Pattern>,
}

/// Checks the image's configuration. Fields that are not listed are not checked.
#[derive(Debug, Default)]
pub(crate) struct MetadataTest {
    pub(crate) env: Vec<Expected>,
    /// Keys that must not be set.
    pub(crate) unbound_env: Vec<String>,
    pub(crate) exposed_ports: Vec<String>,
    pub(crate) unexposed_ports: Vec<String>,
    pub(crate) entrypoint: Option<Vec<String>>,
    pub(crate) cmd: Option<Vec<String>>,
    pub(crate) workdir: Option<String>,
    pub(crate) volumes: Vec<String>,
    pub(crate) unmounted_volumes: Vec<String>,
    pub(crate) labels: Vec<Expected>,
    pub(crate) user: Option<String>,
}

/// A variable or a label that must exist.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    pub(crate) key: String,
    pub(crate) value: ExpectedValue,
}

/// The expected value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExpectedValue {
    Is(String),
    Matches(Pattern),
}

/// Searches for unwanted licenses.
#[derive(Debug)]
pub(crate) struct LicenseTest {
    /// Whether to check `/usr/share/doc/*/copyright`.
    pub(crate) debian: bool,
    /// Other files to check.
    pub(crate) files: Vec<String>,
}

impl Config {
    /// Reads a test file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).cannot("read", path.display())?;
        let mut bytes = Vec::new();
        // Not a regular file only: `--config <(…)` of a shell is a pipe.
        let read = file.take(MAX_FILE + 1).read_to_end(&mut bytes);
        if read.cannot("read", path.display())? as u64 > MAX_FILE {
            let cause = format!("it has more than {MAX_FILE} bytes");
            return Err(Error::cannot("read tests", path.display(), cause));
        }
        Self::parse(&path.display().to_string(), &bytes)
    }

    /// Parses the bytes of a test file with this name.
    pub(crate) fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
        let case = if name.ends_with(".json") {
            Case::Any
        } else {
            Case::Exact
        };
        let yaml = |text| match case {
            Case::Any => escapes::joined(text),
            Case::Exact => Cow::Borrowed(text),
        };
        let read = text(bytes)
            .and_then(|text| tree::parse(&yaml(text)))
            .and_then(|root| schema::read(name, &root, case));
        read.map_err(|wrong| {
            let hint = wrong.hint.clone();
            let error = Error::cannot("read tests", name, wrong);
            match hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        })
    }
}

fn text(bytes: &[u8]) -> std::result::Result<&str, Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        Problem::document(format_args!("line {line} is not UTF-8"))
    })
}
