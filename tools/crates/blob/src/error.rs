//! The error type of the project, with messages of one form: ``cannot VERB `OBJECT`: cause``, then a hint.

use std::cell::RefCell;
use std::fmt;

/// A result with the project's error type.
pub type Result<T> = std::result::Result<T, Error>;

/// The failed operation, its object, the cause, and a hint.
///
/// `Display` prints one line, ``cannot VERB `OBJECT`: cause``, and, if there is a hint, a second line, `hint: …`.
/// An `Error` as the cause of another one, also within a text, keeps its hint, which moves to the end. Characters that a terminal obeys
/// are escaped, because names and causes may come from hostile files. The further lines of a cause are indented by two
/// spaces; another line break is escaped, because text of a file could begin a line that looks like a hint of ours.
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
        let (cause, hint) = apart(&cause);
        Self {
            verb: verb.into(),
            object: object.to_string(),
            cause,
            hint,
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
        write_lines(f, &self.line())?;
        match &self.hint {
            Some(hint) if !taken(hint) => {
                f.write_str("\nhint: ")?;
                write_visible(f, hint)
            }
            _ => Ok(()),
        }
    }
}

thread_local! {
    /// Whether this thread writes the cause of an error, and the hint of the error that is a part of it.
    static CAUSE: RefCell<Option<Option<String>>> = const { RefCell::new(None) };
}

/// The text of a cause, and the hint of the [`Error`] that is a part of it. A cause is any type that can be written, often
/// a reference or a text with an error in it, so only the writing of that error can tell.
fn apart(cause: &impl fmt::Display) -> (String, Option<String>) {
    let before = CAUSE.replace(Some(None));
    let text = cause.to_string();
    (text, CAUSE.replace(before).flatten())
}

/// Whether the hint becomes that of the error whose cause is written now.
fn taken(hint: &str) -> bool {
    CAUSE.with_borrow_mut(|cause| match cause {
        Some(found) => {
            found.get_or_insert_with(|| hint.to_owned());
            true
        }
        None => false,
    })
}

/// Writes a line, and further lines that are indented by two spaces. Other line breaks are escaped.
fn write_lines(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for (position, line) in text.split('\n').enumerate() {
        if position > 0 {
            f.write_str(if line.starts_with("  ") { "\n" } else { "\\n" })?;
        }
        write_visible(f, line)?;
    }
    Ok(())
}

/// Writes a text of lines. Characters that control a terminal, or that hide or turn text, are escaped.
fn write_visible(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        let is_control = c.is_control() && !matches!(c, '\n' | '\t');
        let is_hidden = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if is_control || is_hidden {
            write!(f, "{}", c.escape_debug())?;
        } else {
            fmt::Write::write_char(f, c)?;
        }
    }
    Ok(())
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
    fn a_message_does_not_control_the_terminal() {
        let error = Error::cannot("read", "a\u{1b}[31m", "b\u{202e}c\r").hint("d\u{7}\te");
        assert_eq!(
            error.to_string(),
            "cannot read `a\\u{1b}[31m`: b\\u{202e}c\\r\nhint: d\\u{7}\te"
        );
    }

    #[test]
    fn a_text_does_not_begin_a_line() {
        let error = Error::cannot("read", "a\nhint: b", "c\nerror: d\n").within("open", "e\n");
        assert_eq!(
            error.to_string(),
            "cannot open `e\\n`: cannot read `a\\nhint: b`: c\\nerror: d\\n"
        );
        let list = Error::cannot("read", "a", "2 problems\n  one\n  two").hint("b");
        assert_eq!(
            list.to_string(),
            "cannot read `a`: 2 problems\n  one\n  two\nhint: b"
        );
    }

    #[test]
    fn an_error_as_a_cause_keeps_the_hint_last() {
        let read = || Error::cannot("read", "data.tar.xz", "it is truncated");
        let hinted: Result<()> = Err(read().hint("download it again")).cannot("extract", "a.deb");
        assert_eq!(
            hinted.unwrap_err().to_string(),
            "cannot extract `a.deb`: cannot read `data.tar.xz`: it is truncated\nhint: download it again"
        );
        let plain: Result<()> = Err(read()).cannot("extract", "a.deb");
        assert_eq!(
            plain.unwrap_err().to_string(),
            "cannot extract `a.deb`: cannot read `data.tar.xz`: it is truncated"
        );
    }

    #[test]
    fn an_error_in_the_text_of_a_cause_keeps_the_hint_last() {
        let read = Error::cannot("read", "a", "it is truncated").hint("download it again");
        let boxed: &dyn std::error::Error = &read;
        for error in [
            Error::cannot("extract", "b", &read),
            Error::cannot("extract", "b", boxed),
            Error::cannot("extract", "b", format_args!("{read}")),
        ] {
            assert_eq!(
                error.to_string(),
                "cannot extract `b`: cannot read `a`: it is truncated\nhint: download it again"
            );
        }
        // A hint of its own replaces that of the cause, and the cause is as before.
        let own = Error::cannot("extract", "b", &read).hint("c");
        assert_eq!(own.hint_text(), Some("c"));
        assert_eq!(
            read.to_string(),
            "cannot read `a`: it is truncated\nhint: download it again"
        );
        // A text that only looks like one has no hint.
        let text = Error::cannot("read", "a", "b\nhint: c");
        assert_eq!(text.hint_text(), None);
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
