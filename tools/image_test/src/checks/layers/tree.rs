//! What lies where while layers go by, as far as the rules of layers ask.

use std::collections::BTreeMap;

/// What the rules tell apart: a hard link is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    File,
    Folder,
    Link,
}

impl Place {
    /// That of tar's letter; none for devices and pipes.
    pub(crate) fn of(letter: u8) -> Option<Self> {
        match letter {
            0 | b'0' | b'1' | b'7' => Some(Self::File),
            b'2' => Some(Self::Link),
            b'5' => Some(Self::Folder),
            _ => None,
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Link => "symbolic link",
        }
    }
}

/// The layers below, merged, and the one that goes by.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    lower: BTreeMap<String, (usize, Place)>,
    current: BTreeMap<String, Place>,
    layer: usize,
}

impl Tree {
    /// Ends the layer that went by; this one begins.
    pub(crate) fn next_layer(&mut self, layer: usize) {
        for (path, place) in std::mem::take(&mut self.current) {
            self.lower.insert(path, (self.layer, place));
        }
        self.layer = layer;
    }

    /// Takes away what a whiteout does (the image specification, "Whiteouts"); false where the path is none.
    pub(crate) fn whiteout(&mut self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(hidden) = name.strip_prefix(".wh.") else {
            return false;
        };
        let (path, itself) = match hidden {
            ".wh..opq" => (folder.to_owned(), false),
            _ if folder.is_empty() => (hidden.to_owned(), true),
            _ => (format!("{folder}/{hidden}"), true),
        };
        let prefix = if path.is_empty() {
            path.clone()
        } else {
            format!("{path}/")
        };
        self.lower
            .retain(|other, _| !(other.starts_with(&prefix) || itself && *other == path));
        true
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.current.contains_key(path)
    }

    /// The layer below that has the path, and what it is there.
    pub(crate) fn lower(&self, path: &str) -> Option<(usize, Place)> {
        self.lower.get(path).copied()
    }

    /// The folder above a path where it is not there yet, or is no folder.
    pub(crate) fn missing_parent<'a>(&self, path: &'a str) -> Option<(&'a str, Option<Place>)> {
        let (parent, _) = path.rsplit_once('/')?;
        let lower = || self.lower.get(parent).map(|(_, place)| *place);
        match self.current.get(parent).copied().or_else(lower) {
            Some(Place::Folder) => None,
            other => Some((parent, other)),
        }
    }

    pub(crate) fn add(&mut self, path: &str, place: Place) {
        self.current.insert(path.to_owned(), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiteouts() {
        let mut tree = Tree::default();
        tree.next_layer(0);
        for path in ["a", "a/b", "a/b/c", "ab", "d"] {
            tree.add(path, Place::Folder);
        }
        tree.next_layer(1);
        assert!(!tree.whiteout("a/x.wh.b"));
        assert!(tree.whiteout("a/.wh.b"));
        assert!(tree.lower("a/b").is_none() && tree.lower("a/b/c").is_none());
        assert!(tree.lower("a").is_some() && tree.lower("ab").is_some());
        assert!(tree.whiteout(".wh..wh..opq"));
        assert!(tree.lower("d").is_none());
    }
}
