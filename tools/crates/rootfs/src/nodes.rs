use std::collections::BTreeMap;
use std::ops::Bound;

use crate::Node;

/// Nodes by path, in as little memory as a sorted map can: images have hundreds of thousands. A map's leaves are half empty
/// where paths come in their order, so that they hold numbers, not nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nodes {
    places: BTreeMap<Box<str>, u32>,
    nodes: Vec<Node>,
    /// Places of `nodes` that no path has any more.
    free: Vec<u32>,
}

impl Nodes {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        self.places.get(path).map(|place| self.node(*place))
    }

    /// The path as the map has it, too: it lives as long.
    pub(crate) fn entry(&self, path: &str) -> Option<(&str, &Node)> {
        let (path, place) = self.places.get_key_value(path)?;
        Some((path, self.node(*place)))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    pub(crate) fn insert(&mut self, path: &str, node: Node) {
        if let Some(place) = self.places.get(path) {
            self.nodes[*place as usize] = node;
            return;
        }
        let place = match self.free.pop() {
            Some(place) => {
                self.nodes[place as usize] = node;
                place
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        };
        self.places.insert(path.into(), place);
    }

    /// Whether there was a node.
    pub(crate) fn remove(&mut self, path: &str) -> bool {
        let place = self.places.remove(path);
        self.free.extend(place);
        place.is_some()
    }

    /// All of them, sorted by the bytes of paths.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        let places = self.places.iter();
        places.map(|(path, place)| (&**path, self.node(*place)))
    }

    /// What is below a directory, sorted; the root itself is below nothing.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &Node)> {
        // `0` is what comes after `/`. Below the root is all but the empty path.
        let (first, end) = (format!("{folder}/"), format!("{folder}0"));
        let range = match folder {
            "" => (Bound::Excluded(""), Bound::Unbounded),
            _ => (Bound::Excluded(&*first), Bound::Excluded(&*end)),
        };
        let range = self.places.range::<str, _>(range);
        range.map(|(path, place)| (&**path, self.node(*place)))
    }

    fn node(&self, place: u32) -> &Node {
        &self.nodes[place as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn node(mode: u32) -> Node {
        Node {
            kind: Kind::Folder,
            mode,
            uid: 0,
            gid: 0,
            mtime: 0,
            layer: 0,
            inode: None,
        }
    }

    #[test]
    fn a_place_is_used_again() {
        let mut nodes = Nodes::default();
        for (mode, path) in (0..).zip(["", "b", "a", "a/b", "a0"]) {
            nodes.insert(path, node(mode));
        }
        let below = |folder| {
            nodes
                .below(folder)
                .map(|(path, _)| path)
                .collect::<Vec<_>>()
        };
        assert_eq!(below("a"), ["a/b"]);
        assert_eq!(below(""), ["a", "a/b", "a0", "b"]);
        assert!(nodes.remove("a") && !nodes.remove("a") && !nodes.has("a"));
        nodes.insert("c", node(7));
        nodes.insert("b", node(8));
        let found: Vec<_> = nodes.iter().map(|(path, node)| (path, node.mode)).collect();
        assert_eq!(found, [("", 0), ("a/b", 3), ("a0", 4), ("b", 8), ("c", 7)]);
        assert_eq!((nodes.len(), nodes.nodes.len()), (5, 5));
        assert_eq!(nodes.entry("b").map(|(path, _)| path), Some("b"));
    }
}
