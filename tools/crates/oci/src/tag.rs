//! Names of images in archives and layouts.

use blob::{Error, Result};

/// `NAME:TAG` or `HOST[:PORT]/NAME:TAG`, by the grammar of image references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    text: String,
    colon: usize,
}

impl Tag {
    /// Parses a name with its tag.
    ///
    /// # Errors
    ///
    /// The tag is missing, or name or tag have characters that the grammar does not permit.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |cause| Error::cannot("use tag", text, cause);
        let expected = "expected NAME:TAG";
        let colon = text.rfind(':').ok_or_else(|| refused(expected))?;
        let (name, tag) = (&text[..colon], &text[colon + 1..]);
        if tag.contains('/') {
            return Err(refused(expected));
        }
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let good_tag = tag.len() <= 128
            && tag.bytes().next().is_some_and(word)
            && tag
                .bytes()
                .all(|byte| word(byte) || matches!(byte, b'.' | b'-'));
        if !good_tag {
            return Err(refused(
                "the tag may hold letters, digits, `_`, `.` and `-`, 128 at most",
            ));
        }
        let (_, path) = split_host(name);
        if !path.split('/').all(good_component) {
            return Err(refused("the name may hold lower-case letters, digits and, between them, `.`, `_`, `-` and `/`"));
        }
        let text = text.to_owned();
        Ok(Self { text, colon })
    }

    /// The text as given, which is the name of the image after `docker load`.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The part after the colon.
    pub(crate) fn tag(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    /// The full name, with the default host if there is none. containerd does not add it.
    pub(crate) fn full(&self) -> String {
        match split_host(&self.text[..self.colon]) {
            (Some(_), _) => self.text.clone(),
            (None, path) if path.contains('/') => format!("docker.io/{}", self.text),
            (None, _) => format!("docker.io/library/{}", self.text),
        }
    }
}

/// A first component with `.` or `:`, or `localhost`, is a host.
fn split_host(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((host, path)) if host == "localhost" || host.contains(['.', ':']) => {
            (Some(host), path)
        }
        _ => (None, name),
    }
}

/// Lower-case letters and digits, with single separators between them.
fn good_component(component: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    bytes.first().is_some_and(|byte| plain(*byte))
        && bytes.last().is_some_and(|byte| plain(*byte))
        && bytes
            .iter()
            .all(|byte| plain(*byte) || matches!(byte, b'.' | b'_' | b'-'))
        && !component.contains("..")
}

/// A name in a layout: the annotation `org.opencontainers.image.ref.name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefName(String);

impl RefName {
    /// Parses a name by the grammar in `annotations.md`.
    ///
    /// # Errors
    ///
    /// The name has characters that the grammar does not permit.
    pub fn parse(text: &str) -> Result<Self> {
        let good = |part: &str| {
            let bytes = part.as_bytes();
            let ends = [bytes.first(), bytes.last()];
            let word = |byte: &u8| byte.is_ascii_alphanumeric();
            ends.iter().all(|end| end.is_some_and(word))
                && bytes
                    .iter()
                    .all(|byte| word(byte) || b"-._:@+".contains(byte))
        };
        if text.split('/').all(good) {
            return Ok(Self(text.to_owned()));
        }
        let cause =
            "it may contain letters, digits and, between them, `-`, `.`, `_`, `:`, `@`, `+` and `/`";
        Err(Error::cannot("use name", text, cause))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_full() {
        for (text, tag, full) in [
            (
                "static:debian12",
                "debian12",
                "docker.io/library/static:debian12",
            ),
            ("team/static:1.0", "1.0", "docker.io/team/static:1.0"),
            ("localhost/a-b/c:x", "x", "localhost/a-b/c:x"),
            ("example.org:5000/a:_1", "_1", "example.org:5000/a:_1"),
        ] {
            let parsed = Tag::parse(text).unwrap();
            assert_eq!(
                (parsed.text(), parsed.tag(), parsed.full().as_str()),
                (text, tag, full)
            );
        }
    }

    #[test]
    fn bad_tags_are_refused() {
        let tag = "the tag may hold letters, digits, `_`, `.` and `-`, 128 at most";
        let name =
            "the name may hold lower-case letters, digits and, between them, `.`, `_`, `-` and `/`";
        for (text, cause) in [
            ("static", "expected NAME:TAG"),
            ("example.org:5000/a", "expected NAME:TAG"),
            ("static:", tag),
            ("static:a b", tag),
            ("static:-a", tag),
            (":latest", name),
            ("Static:latest", name),
            ("a//b:latest", name),
            ("a..b:latest", name),
            ("-a:latest", name),
        ] {
            let error = Tag::parse(text).unwrap_err().to_string();
            assert_eq!(error, format!("cannot use tag `{text}`: {cause}"));
        }
    }

    #[test]
    fn names_within_a_layout() {
        for good in ["latest", "debian12", "a/b:1.0@x"] {
            assert_eq!(RefName::parse(good).unwrap().text(), good);
        }
        for bad in ["", "a b", "/a", "a:", "-"] {
            let error = RefName::parse(bad).unwrap_err().to_string();
            let cause = "it may contain letters, digits and, between them, `-`, `.`, `_`, `:`, `@`, `+` and `/`";
            assert_eq!(error, format!("cannot use name `{bad}`: {cause}"));
        }
    }
}
