//! Values that are not on the command line, because all users of a machine see command lines: in a file, or in an
//! environment variable.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use blob::{read_regular, Error, Result, ResultExt};

const VARIABLE: &str = "env://";

/// The place of a value: `FILE` or `env://VARIABLE`.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    File(PathBuf),
    Variable(String),
}

impl Value {
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// The file cannot be read or has more than `most` bytes, the variable is not set, or the text is not UTF-8.
    pub(crate) fn read(&self, most: u64) -> Result<String> {
        match self {
            Self::File(path) => {
                let bytes = read_regular(path, most).cannot("read", path.display())?;
                String::from_utf8(bytes).map_err(|_| not_text(path.display()))
            }
            Self::Variable(name) => match env::var(name) {
                Ok(text) => Ok(text),
                Err(env::VarError::NotPresent) => {
                    let cause = "the environment variable is not set";
                    Err(Error::cannot("read", self, cause))
                }
                Err(env::VarError::NotUnicode(_)) => Err(not_text(self)),
            },
        }
    }

    /// The path, if it is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Variable(_) => None,
        }
    }
}

/// The cause does not show the text: it may be a secret.
fn not_text(object: impl fmt::Display) -> Error {
    Error::cannot("read", object, "it is not UTF-8 text")
}

impl FromStr for Value {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.strip_prefix(VARIABLE) {
            Some("") => Err("expected env://VARIABLE".to_owned()),
            Some(name) => Ok(Self::Variable(name.to_owned())),
            None if text.starts_with("-----BEGIN ") => {
                Err("expected a file or env://VARIABLE, found a key".to_owned())
            }
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Variable(name) => write!(f, "{VARIABLE}{name}"),
        }
    }
}
