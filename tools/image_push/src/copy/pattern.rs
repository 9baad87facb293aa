//! Patterns for tags.

use std::convert::Infallible;
use std::str::FromStr;

/// A pattern for tags, in which `*` is any text.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(String);

impl Pattern {
    /// Whether the whole tag matches.
    pub(super) fn matches(&self, tag: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = tag.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

impl FromStr for Pattern {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, tag, matches) in [
            ("latest", "latest", true),
            ("latest", "latest-amd64", false),
            ("latest*", "latest-amd64", true),
            ("*", "", true),
            ("*-amd64", "debug-amd64", true),
            ("*-amd64", "amd64", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(
                Pattern(pattern.to_owned()).matches(tag),
                matches,
                "{pattern} {tag}"
            );
        }
    }
}
