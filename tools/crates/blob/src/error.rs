//! The error type of the project, with messages of one form: ``cannot VERB `OBJECT`: cause``, then a hint.

use std::fmt;

/// A result with the project's error type.
pub type Result<T> = std::result::Result<T, Error>;

/// The failed operation, its object, the cause, and a hint.
///
/// `Display` prints one line, ``cannot VERB `OBJECT`: cause``, and, if there is a hint, a second line, `hint: …`.
/// Wrapping an `Error` in another one keeps the innermost hint and moves it to the end.
#[derive(Debug)]
pub struct Error {
    verb: String,
    object: String,
    cause: String,
    hint: Option<String>,
}

impl Error {
    /// ``cannot VERB `OBJECT`: CAUSE``. The cause is a phrase in lower case without a full stop.
    pub fn cannot(
        verb: impl Into<String>,
        object: impl fmt::Display,
        cause: impl fmt::Display,
    ) -> Self {
        Self {
            verb: verb.into(),
            object: object.to_string(),
            cause: cause.to_string(),
            hint: None,
        }
    }

    /// Adds a hint: an imperative that names the option, attribute or command to use.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// The hint, if there is one.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Makes this error the cause of another one: ``cannot VERB `OBJECT`: cannot …``.
    #[must_use]
    pub fn within(self, verb: impl Into<String>, object: impl fmt::Display) -> Self {
        Self {
            verb: verb.into(),
            object: object.to_string(),
            cause: self.line(),
            hint: self.hint,
        }
    }

    fn line(&self) -> String {
        format!("cannot {} `{}`: {}", self.verb, self.object, self.cause)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// Converts the error of a result where verb and object are known.
pub trait ResultExt<T> {
    /// Converts the error to ``cannot VERB `OBJECT`: error``, as [`Error::cannot`] does.
    fn cannot(self, verb: &str, object: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> ResultExt<T> for std::result::Result<T, E> {
    fn cannot(self, verb: &str, object: impl fmt::Display) -> Result<T> {
        self.map_err(|cause| Error::cannot(verb, object, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_is_on_its_own_line() {
        let error = Error::cannot("read", "a.deb", "it is truncated").hint("download it again");
        assert_eq!(
            error.to_string(),
            "cannot read `a.deb`: it is truncated\nhint: download it again"
        );
    }

    #[test]
    fn wrapping_keeps_the_hint_last() {
        let error = Error::cannot("read", "data.tar.xz", "it is truncated")
            .hint("download it again")
            .within("extract", "a.deb");
        assert_eq!(
            error.to_string(),
            "cannot extract `a.deb`: cannot read `data.tar.xz`: it is truncated\nhint: download it again"
        );
    }
}
