//! A lock before and after a command, and `--check`.

use std::io::Write;
use std::path::PathBuf;

use blob::{Error, Result, ResultExt};

/// A lock before and after a command.
pub(super) struct Change {
    pub(super) path: PathBuf,
    /// The text of the file, if it exists.
    pub(super) before: Option<String>,
    pub(super) after: String,
    pub(super) difference: Vec<String>,
}

/// Prints the changes.
pub(super) fn print(changes: &[Change]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for change in changes.iter().filter(|change| change.differs()) {
        writeln!(out, "{}", change.describe()).cannot("write", "standard output")?;
    }
    Ok(())
}

/// Prints the changes.
///
/// # Errors
///
/// There are changes.
pub(super) fn check(changes: &[Change]) -> Result<()> {
    print(changes)?;
    match changes.iter().find(|change| change.differs()) {
        None => Ok(()),
        Some(first) => Err(
            Error::cannot("confirm", first.path.display(), "it is out of date")
                .hint("run the same command without `--check`"),
        ),
    }
}

impl Change {
    pub(super) fn differs(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }

    /// The change for people.
    pub(super) fn describe(&self) -> String {
        let path = self.path.display();
        match (&self.before, self.differs()) {
            (_, false) => format!("{path}: no change"),
            (None, _) => format!("{path}: new"),
            (Some(_), _) if self.difference.is_empty() => {
                format!("{path}: other format, same content")
            }
            _ => format!("{path}:\n  {}", self.difference.join("\n  ")),
        }
    }
}
