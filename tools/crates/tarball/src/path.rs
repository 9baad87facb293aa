use std::fmt;

use crate::MAX_NAME;

/// The path of an entry, relative to the root of the image.
///
/// Components are joined by one `/`; none is empty, `.` or `..`. The root has no components. The path is bytes, not
/// text, because file names need not be UTF-8. Paths are ordered by their bytes, so a directory comes before its
/// content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPath(Vec<u8>);

impl EntryPath {
    /// The root of the image.
    pub fn root() -> Self {
        Self(Vec::new())
    }

    /// Parses a name in any form that archives use: `./usr/bin/`, `usr//bin/` and `usr/bin` are equal.
    ///
    /// # Errors
    ///
    /// The name is empty, absolute or too long, or contains `..` or a NUL byte. The error is the end of a sentence that
    /// starts with "its".
    pub fn parse(name: &[u8]) -> Result<Self, &'static str> {
        match name {
            [] => return Err("name is empty"),
            [b'/', ..] => return Err("name is absolute"),
            _ if name.contains(&0) => return Err("name contains a NUL byte"),
            _ if name.len() > MAX_NAME => return Err("name is longer than 4096 bytes"),
            _ => {}
        }
        let mut path = Vec::with_capacity(name.len());
        for component in name.split(|byte| *byte == b'/') {
            match component {
                b"" | b"." => continue,
                b".." => return Err("name contains `..`"),
                _ if component.len() > 255 => {
                    return Err("name contains a part of more than 255 bytes")
                }
                _ => {}
            }
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(component);
        }
        Ok(Self(path))
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical form: without leading `./` and trailing `/`; empty for the root.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The components of the path.
    pub fn components(&self) -> impl Iterator<Item = &[u8]> {
        self.0
            .split(|byte| *byte == b'/')
            .filter(|part| !part.is_empty())
    }

    /// The parent directory; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let end = self.0.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        Some(Self(self.0[..end].to_vec()))
    }

    /// Whether this is `directory` or a path below it.
    pub fn is_within(&self, directory: &Self) -> bool {
        match self.0.strip_prefix(directory.as_bytes()) {
            Some(rest) => directory.is_root() || rest.is_empty() || rest[0] == b'/',
            None => false,
        }
    }
}

/// For messages: `.` for the root; control characters are escaped, and bytes that are not UTF-8 replaced.
impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            f.write_str(".")
        } else {
            f.write_str(&printable(&self.0))
        }
    }
}

impl fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A name for a message of one line.
pub(crate) fn printable(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    text.chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> EntryPath {
        EntryPath::parse(name.as_bytes()).unwrap()
    }

    #[test]
    fn forms_of_one_path() {
        for name in ["usr/bin", "./usr/bin/", "usr//bin", ".//usr/./bin/."] {
            assert_eq!(path(name).as_bytes(), b"usr/bin", "{name}");
        }
        for name in [".", "./", ".//."] {
            assert!(path(name).is_root(), "{name}");
        }
        assert_eq!(path("..a/b..").as_bytes(), b"..a/b..");
    }

    #[test]
    fn invalid_paths() {
        for (name, why) in [
            ("", "name is empty"),
            ("/etc", "name is absolute"),
            ("..", "name contains `..`"),
            ("a/../b", "name contains `..`"),
            ("./..", "name contains `..`"),
            ("a\0b", "name contains a NUL byte"),
            (
                &"x".repeat(256),
                "name contains a part of more than 255 bytes",
            ),
            (&"x/".repeat(2049), "name is longer than 4096 bytes"),
        ] {
            assert_eq!(EntryPath::parse(name.as_bytes()), Err(why), "{name}");
        }
    }

    #[test]
    fn parents() {
        assert_eq!(path("a/b/c").parent(), Some(path("a/b")));
        assert_eq!(path("a").parent(), Some(EntryPath::root()));
        assert_eq!(EntryPath::root().parent(), None);
    }

    #[test]
    fn within() {
        assert!(path("a/b").is_within(&path("a")));
        assert!(path("a").is_within(&path("a")));
        assert!(path("a").is_within(&EntryPath::root()));
        assert!(!path("ab").is_within(&path("a")));
        assert!(!path("a").is_within(&path("a/b")));
    }

    #[test]
    fn messages_stay_on_one_line() {
        assert_eq!(path("a\nb").to_string(), "a\\nb");
        assert_eq!(path("Főtanúsítvány").to_string(), "Főtanúsítvány");
    }
}
