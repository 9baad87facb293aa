//! Test files of container-structure-test, schema 1.0.0 and 2.0.0, as YAML or JSON.
//!
//! They are read strictly: a field that is not known, a value of another type, or a name that is missing is an error with
//! line and column.

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
use tree::Wrong;

pub(crate) use expand::expand;
pub(crate) use pattern::Pattern;
pub(crate) use run_options::RunOptions;

/// Larger test files are not read.
const MAX_FILE: u64 = 4 << 20;

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// `1.0.0`: a path is taken as it stands.
    One,
    /// `2.0.0`: variables of the image are replaced in paths.
    Two,
}

/// A test file.
#[derive(Debug)]
pub(crate) struct Config {
    /// Its path, as it was named.
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

/// A variable to be set. `$NAME` in the value is to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// Runs a command and looks at what it says.
#[derive(Debug, Default)]
pub(crate) struct CommandTest {
    pub(crate) name: String,
    /// Commands before it, in the same root.
    pub(crate) setup: Vec<Vec<String>>,
    /// Commands after it.
    pub(crate) teardown: Vec<Vec<String>>,
    pub(crate) env: Vec<Variable>,
    pub(crate) exit_code: i64,
    /// The program and its arguments, at least the program. Variables of the image are to be replaced.
    pub(crate) command: Vec<String>,
    /// What must be in standard output.
    pub(crate) expected_output: Vec<Pattern>,
    pub(crate) excluded_output: Vec<Pattern>,
    /// What must be in standard error.
    pub(crate) expected_error: Vec<Pattern>,
    pub(crate) excluded_error: Vec<Pattern>,
}

/// Looks whether a file is there, and how.
#[derive(Debug)]
pub(crate) struct ExistenceTest {
    pub(crate) name: String,
    /// Absolute or not, as written. In schema 2, variables of the image and of the file are to be replaced.
    pub(crate) path: String,
    pub(crate) should_exist: bool,
    /// As Go spells a mode: `-rwxr-xr-x`, `drwxr-xr-x`, `Lrwxrwxrwx`, `dtrwxrwxrwx`.
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

/// Looks into a file.
#[derive(Debug)]
pub(crate) struct ContentTest {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) expected: Vec<Pattern>,
    pub(crate) excluded: Vec<Pattern>,
}

/// Looks at the image's configuration. What is not named is not looked at.
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

/// A variable or a label that must be there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    pub(crate) key: String,
    pub(crate) value: ExpectedValue,
}

/// What its value must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExpectedValue {
    Is(String),
    Matches(Pattern),
}

/// Looks for licences that are not wanted.
#[derive(Debug)]
pub(crate) struct LicenseTest {
    /// Whether to look at `/usr/share/doc/*/copyright`.
    pub(crate) debian: bool,
    /// Other files to look at.
    pub(crate) files: Vec<String>,
}

impl Config {
    /// Reads a test file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).cannot("read", path.display())?;
        let mut bytes = Vec::new();
        // A pipe is read, too: `--config <(…)` of a shell is one.
        let read = file.take(MAX_FILE + 1).read_to_end(&mut bytes);
        if read.cannot("read", path.display())? as u64 > MAX_FILE {
            let cause = format!("it has more than {MAX_FILE} bytes");
            return Err(Error::cannot("read tests", path.display(), cause));
        }
        Self::parse(&path.display().to_string(), &bytes)
    }

    /// Reads the bytes of a test file of this name.
    pub(crate) fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
        let case = match name.ends_with(".json") {
            true => Case::Any,
            false => Case::Exact,
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

fn text(bytes: &[u8]) -> std::result::Result<&str, Wrong> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        Wrong::file(format_args!("line {line} is not UTF-8"))
    })
}
