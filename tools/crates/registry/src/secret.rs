//! A text that must not be shown.

use std::fmt;

use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};

/// A password or a token. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text. It must not get into a message.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether another text repeats the secret. Very short secrets are not looked for: they are in many texts.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let escaped = || utf8_percent_encode(&self.0, NON_ALPHANUMERIC).to_string();
        self.0.len() >= 4 && (text.contains(&self.0) || text.contains(&escaped()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
