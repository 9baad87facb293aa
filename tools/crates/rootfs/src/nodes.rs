use std::collections::BTreeMap;
use std::ops::Bound;

use crate::{Kind, Node};

/// Nodes by path. Images have hundreds of thousands of them, so the map is built to use little memory: insertion in
/// sorted order leaves the leaves of a B-tree half empty, so they contain indexes and not nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nodes {
    places: BTreeMap<Box<str>, u32>,
    nodes: Vec<Node>,
    /// For each of `nodes`, the number of the layer that last cleared the paths below it, plus 1; 0 if no layer did.
    cleared: Vec<u32>,
    /// Indexes of `nodes` that no path uses any more.
    free: Vec<u32>,
    /// Bytes of all paths and of the targets of links.
    strings: usize,
}

impl Nodes {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        self.places.get(path).map(|place| self.node(*place))
    }

    /// Also returns the path as stored in the map, with the lifetime of the map.
    pub(crate) fn entry(&self, path: &str) -> Option<(&str, &Node)> {
        let (path, place) = self.places.get_key_value(path)?;
        Some((path, self.node(*place)))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    pub(crate) fn insert(&mut self, path: &str, node: Node) {
        self.strings += target_of(&node);
        if let Some(place) = self.places.get(path) {
            let old = std::mem::replace(&mut self.nodes[*place as usize], node);
            self.strings -= target_of(&old);
            return;
        }
        self.strings += path.len();
        let place = match self.free.pop() {
            Some(place) => {
                self.nodes[place as usize] = node;
                self.cleared[place as usize] = 0;
                place
            }
            None => {
                self.nodes.push(node);
                self.cleared.push(0);
                (self.nodes.len() - 1) as u32
            }
        };
        self.places.insert(path.into(), place);
    }

    /// Returns whether there was a node.
    pub(crate) fn remove(&mut self, path: &str) -> bool {
        let Some(place) = self.places.remove(path) else {
            return false;
        };
        self.strings -= path.len() + target_of(self.node(place));
        self.free.push(place);
        true
    }

    /// All nodes, sorted by the bytes of their paths.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        let places = self.places.iter();
        places.map(|(path, place)| (&**path, self.node(*place)))
    }

    /// Bytes of all paths and of the targets of links.
    pub(crate) fn strings(&self) -> usize {
        self.strings
    }

    /// Records that no file of a lower layer is left below a path.
    pub(crate) fn clear(&mut self, path: &str, layer: usize) {
        if let Some(place) = self.places.get(path) {
            self.cleared[*place as usize] = layer as u32 + 1;
        }
    }

    /// The paths below a directory, without the directory itself. Paths below one that `layer` has cleared are skipped:
    /// each path is visited once, even if the layer has many whiteouts.
    pub(crate) fn below(&self, directory: &str, layer: Option<usize>) -> Vec<Box<str>> {
        let cleared = layer.map_or(u32::MAX, |layer| layer as u32 + 1);
        let is_cleared = |path: &str| {
            let place = self.places.get(path);
            place.is_some_and(|place| self.cleared[*place as usize] == cleared)
        };
        if is_cleared(directory) {
            return Vec::new();
        }
        // `0` is the character after `/`.
        let (mut first, end) = match directory {
            "" => (Bound::Excluded(String::new()), Bound::Unbounded),
            directory => (
                Bound::Excluded(format!("{directory}/")),
                Bound::Excluded(format!("{directory}0")),
            ),
        };
        let mut found = Vec::new();
        loop {
            let end = end.as_ref().map(String::as_str);
            let range = (first.as_ref().map(String::as_str), end);
            let mut passed = None;
            for path in self.places.range::<str, _>(range).map(|(path, _)| path) {
                // The first path below a directory is a child of it.
                let parent = path.rfind('/').map_or("", |at| &path[..at]);
                if layer.is_some() && parent != directory && is_cleared(parent) {
                    passed = Some(format!("{parent}0"));
                    break;
                }
                found.push(path.clone());
            }
            match passed {
                Some(next) => first = Bound::Included(next),
                None => return found,
            }
        }
    }

    fn node(&self, place: u32) -> &Node {
        &self.nodes[place as usize]
    }
}

/// Bytes of a link's target.
fn target_of(node: &Node) -> usize {
    match &node.kind {
        Kind::Link { target } => target.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(mode: u32) -> Node {
        Node {
            kind: Kind::Directory,
            mode,
            uid: 0,
            gid: 0,
            mtime: 0,
            layer: 0,
            inode: None,
        }
    }

    #[test]
    fn cleared_directories_are_skipped() {
        let mut nodes = Nodes::default();
        let paths = [
            "", "a", "a/b", "a/b-", "a/b-/x", "a/b.c", "a/b/d", "a/b/d/e", "a/b0", "a/c",
        ];
        for (mode, path) in (0..).zip(paths) {
            nodes.insert(path, node(mode));
        }
        let below = |nodes: &Nodes, directory: &str, layer| {
            let paths = nodes.below(directory, layer).into_iter().map(String::from);
            paths.collect::<Vec<_>>().join(" ")
        };
        nodes.clear("a/b", 3);
        assert_eq!(
            below(&nodes, "a", Some(3)),
            "a/b a/b- a/b-/x a/b.c a/b0 a/c"
        );
        assert_eq!(
            below(&nodes, "", Some(3)),
            "a a/b a/b- a/b-/x a/b.c a/b0 a/c"
        );
        assert_eq!(below(&nodes, "a/b", Some(3)), "");
        assert_eq!(below(&nodes, "a/b", Some(4)), "a/b/d a/b/d/e");
        assert_eq!(below(&nodes, "a/b", None), "a/b/d a/b/d/e");
        assert_eq!(nodes.strings(), paths.concat().len());
        nodes.remove("a/b");
        nodes.insert("a/x", node(9));
        assert_eq!(below(&nodes, "a/b", Some(3)), "a/b/d a/b/d/e");
        nodes.remove("a/b-/x");
        assert_eq!(nodes.strings(), paths.concat().len() - 6);
    }

    #[test]
    fn the_slot_of_a_removed_node_is_reused() {
        let mut nodes = Nodes::default();
        for (mode, path) in (0..).zip(["", "b", "a", "a/b", "a0"]) {
            nodes.insert(path, node(mode));
        }
        assert_eq!(nodes.below("a", None), [Box::from("a/b")]);
        let all = ["a", "a/b", "a0", "b"].map(Box::from);
        assert_eq!(nodes.below("", None), all);
        assert!(nodes.remove("a") && !nodes.remove("a") && !nodes.has("a"));
        nodes.insert("c", node(7));
        nodes.insert("b", node(8));
        let found: Vec<_> = nodes.iter().map(|(path, node)| (path, node.mode)).collect();
        assert_eq!(found, [("", 0), ("a/b", 3), ("a0", 4), ("b", 8), ("c", 7)]);
        assert_eq!((nodes.len(), nodes.nodes.len()), (5, 5));
        assert_eq!(nodes.entry("b").map(|(path, _)| path), Some("b"));
    }
}
