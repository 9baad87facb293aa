//! A line of prose, and the kinds of texts.

use std::borrow::Cow;
use std::fmt;

use clap::ValueEnum;

/// What a text is for. Each kind has its own limit, so that many words of one do not hide findings in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Kind {
    /// Markdown.
    Documents,
    /// Comments of code, and docstrings of Starlark and Python.
    Comments,
    /// String literals of at least two words, except those of tests.
    Messages,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documents => "documents",
            Self::Comments => "comments",
            Self::Messages => "messages",
        })
    }
}

/// A line of prose with its line number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) kind: Kind,
    pub(super) number: usize,
    pub(super) prose: Cow<'a, str>,
}
