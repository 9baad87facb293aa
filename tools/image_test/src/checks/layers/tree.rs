//! The paths of the layers read so far, with the properties that the rules need.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// The types that the rules distinguish. A hard link is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    File,
    Directory,
    Link,
}

impl Place {
    /// The type for a tar type flag; `None` for devices and pipes.
    pub(crate) fn of(letter: u8) -> Option<Self> {
        match letter {
            0 | b'0' | b'1' | b'7' => Some(Self::File),
            b'2' => Some(Self::Link),
            b'5' => Some(Self::Directory),
            _ => None,
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Link => "symbolic link",
        }
    }
}

/// The merged lower layers and the current one. Each directory's path is stored once, regardless of the number of its
/// files.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    directories: BTreeMap<Box<str>, BTreeMap<Box<str>, Spot>>,
    layer: u32,
    /// Directories in which this layer has hidden the contents of lower layers.
    cleared: BTreeSet<Box<str>>,
}

/// A path in the highest layer that has it, and below that layer.
#[derive(Debug, Default)]
struct Spot {
    top: Option<(u32, Place)>,
    lower: Option<(u32, Place)>,
    /// The last layer with a whiteout of the path, and the type of the path that it hid.
    hidden: Option<(u32, Option<Place>)>,
}

impl Tree {
    /// Ends the previous layer and begins this one.
    pub(crate) fn next_layer(&mut self, layer: usize) {
        self.layer = layer as u32;
        self.cleared.clear();
    }

    /// Applies a whiteout (image specification, "Whiteouts"). Returns false if the path is not a whiteout.
    pub(crate) fn whiteout(&mut self, path: &str) -> bool {
        let (directory, name) = split(path);
        let Some(hidden) = name.strip_prefix(".wh.") else {
            return false;
        };
        let layer = self.layer;
        match hidden {
            ".wh..opq" => self.hide_below(directory),
            _ => {
                let names = self.directories.get_mut(directory);
                if let Some(spot) = names.and_then(|names| names.get_mut(hidden)) {
                    let lower = spot.top.filter(|(top, _)| *top < layer).or(spot.lower);
                    spot.hidden = Some((layer, lower.map(|(_, place)| place)));
                    spot.forget_lower(layer);
                }
                match directory {
                    "" => self.hide_below(hidden),
                    _ => self.hide_below(&format!("{directory}/{hidden}")),
                }
            }
        }
        true
    }

    /// Hides the contents of lower layers in a directory.
    fn hide_below(&mut self, directory: &str) {
        let layer = self.layer;
        // In a cleared directory, all paths belong to this layer: a second whiteout hides nothing more.
        if self.is_cleared(directory) {
            return;
        }
        if let Some((path, names)) = self.directories.get_key_value(directory) {
            let path = (!names.is_empty()).then(|| path.clone());
            self.cleared.extend(path);
        }
        if let Some(names) = self.directories.get_mut(directory) {
            names.retain(|_, spot| spot.stays(layer));
        }
        // `0` is the character after `/`.
        let (first, end) = (format!("{directory}/"), format!("{directory}0"));
        let range = match directory {
            "" => (Bound::Excluded(""), Bound::Unbounded),
            _ => (Bound::Excluded(&*first), Bound::Excluded(&*end)),
        };
        for (_, names) in self.directories.range_mut::<str, _>(range) {
            names.retain(|_, spot| spot.stays(layer));
        }
    }

    /// Whether this layer has hidden the contents of lower layers in the directory or in one of its parents.
    fn is_cleared(&self, directory: &str) -> bool {
        let mut at = directory;
        loop {
            if self.cleared.contains(at) {
                return true;
            }
            match at.rfind('/') {
                Some(end) => at = &at[..end],
                None if at.is_empty() => return false,
                None => at = "",
            }
        }
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        let top = self.spot(path).and_then(|spot| spot.top);
        top.is_some_and(|(layer, _)| layer == self.layer)
    }

    /// Whether this layer has hidden a directory of a lower layer at a path.
    pub(crate) fn has_hidden_directory(&self, path: &str) -> bool {
        let hidden = self.spot(path).and_then(|spot| spot.hidden);
        hidden == Some((self.layer, Some(Place::Directory)))
    }

    /// The highest lower layer with the path, and the type of the path there.
    pub(crate) fn lower(&self, path: &str) -> Option<(usize, Place)> {
        let spot = self.spot(path)?;
        let top = spot.top.filter(|(layer, _)| *layer < self.layer);
        let (layer, place) = top.or(spot.lower)?;
        Some((layer as usize, place))
    }

    /// The parent directory of a path, if it does not exist yet or is not a directory.
    pub(crate) fn missing_parent<'a>(&self, path: &'a str) -> Option<(&'a str, Option<Place>)> {
        let (parent, _) = path.rsplit_once('/')?;
        let top = self.spot(parent).and_then(|spot| spot.top);
        match top.map(|(_, place)| place) {
            Some(Place::Directory) => None,
            other => Some((parent, other)),
        }
    }

    pub(crate) fn add(&mut self, path: &str, place: Place) {
        let (directory, name) = split(path);
        if !self.directories.contains_key(directory) {
            self.directories.insert(directory.into(), BTreeMap::new());
        }
        let Some(names) = self.directories.get_mut(directory) else {
            return;
        };
        let top = Some((self.layer, place));
        match names.get_mut(name) {
            Some(spot) => {
                if spot.top.is_some_and(|(layer, _)| layer < self.layer) {
                    spot.lower = spot.top;
                }
                spot.top = top;
            }
            None => {
                let spot = Spot {
                    top,
                    ..Spot::default()
                };
                names.insert(name.into(), spot);
            }
        }
    }

    fn spot(&self, path: &str) -> Option<&Spot> {
        let (directory, name) = split(path);
        self.directories.get(directory)?.get(name)
    }
}

impl Spot {
    fn forget_lower(&mut self, current: u32) {
        self.lower = None;
        self.top = self.top.filter(|(layer, _)| *layer == current);
    }

    /// Removes lower layers. Returns false if no layer remains.
    fn stays(&mut self, current: u32) -> bool {
        self.forget_lower(current);
        self.top.is_some() || self.hidden.is_some_and(|(layer, _)| layer == current)
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_again_and_again() {
        let mut tree = Tree::default();
        for path in ["a", "a/b", "a/b/c", "a-"] {
            tree.add(path, Place::Directory);
        }
        tree.next_layer(1);
        assert!(tree.whiteout("a/.wh..wh..opq"));
        assert!(tree.lower("a/b").is_none() && tree.lower("a/b/c").is_none());
        tree.add("a/b", Place::Directory);
        for marker in ["a/.wh..wh..opq", "a/b/.wh..wh..opq", ".wh.a", "a/.wh.b"] {
            assert!(tree.whiteout(marker));
            assert!(tree.has("a/b") && tree.lower("a-").is_some(), "{marker}");
        }
        tree.next_layer(2);
        assert!(tree.lower("a/b").is_some());
        assert!(tree.whiteout("a/.wh..wh..opq"));
        assert!(tree.lower("a/b").is_none());
    }

    #[test]
    fn whiteouts() {
        let mut tree = Tree::default();
        tree.next_layer(0);
        for path in ["a", "a/b", "a/b/c", "ab", "d"] {
            tree.add(path, Place::Directory);
        }
        tree.next_layer(1);
        assert!(!tree.whiteout("a/x.wh.b"));
        assert!(tree.whiteout("a/.wh.b"));
        assert!(tree.lower("a/b").is_none() && tree.lower("a/b/c").is_none());
        assert!(tree.lower("a").is_some() && tree.lower("ab").is_some());
        assert!(
            tree.has_hidden_directory("a/b") && !tree.has_hidden_directory("a") && !tree.has("a/b")
        );
        tree.add("d", Place::File);
        tree.add("ab/new", Place::File);
        assert_eq!(tree.lower("d"), Some((0, Place::Directory)));
        assert!(tree.whiteout(".wh..wh..opq"));
        assert!(tree.lower("d").is_none() && tree.lower("ab").is_none());
        assert!(tree.has("d") && tree.has("ab/new") && !tree.has("ab"));
        tree.next_layer(2);
        assert!(!tree.has_hidden_directory("a/b"));
        assert_eq!(tree.lower("d"), Some((1, Place::File)));
        assert_eq!(tree.missing_parent("d/e"), Some(("d", Some(Place::File))));
        assert_eq!(tree.missing_parent("ab/f"), Some(("ab", None)));
    }
}
