//! The files of an image, as far as ldconfig reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::ld_cache::elf::Library;

/// The kernel's limit of links in a path.
const MAX_LINKS: usize = 40;

/// The directories that base-files replaces with links into `usr` since Debian 13; packages may still have files below
/// them.
const MERGED: [&[u8]; 6] = [b"bin", b"lib", b"lib32", b"lib64", b"libx32", b"sbin"];

/// One file of the tree.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Folder,
    Link(Vec<u8>),
    File,
    Library(Box<Library>),
    Text(Vec<u8>),
}

/// All files by their paths relative to the root. Contains a directory only if a package lists it.
#[derive(Debug, Default)]
pub(crate) struct Tree(BTreeMap<Vec<u8>, Node>);

impl Tree {
    /// Adds a file. It replaces an earlier one at the same path, except that a directory replaces nothing.
    pub(crate) fn add(&mut self, path: &[u8], node: Node) {
        match node {
            Node::Folder => {
                self.0.entry(path.to_vec()).or_insert(node);
            }
            _ => {
                self.0.insert(path.to_vec(), node);
            }
        }
    }

    /// The file at exactly this path, without following links.
    pub(crate) fn get(&self, path: &[u8]) -> Option<&Node> {
        self.0.get(path)
    }

    /// If `lib` is a link to `usr/lib`, moves the files below `lib` to `usr/lib`; the same for the other directories of
    /// [`MERGED`].
    pub(crate) fn merge_usr(&mut self) {
        for name in MERGED {
            let target = [b"usr/", name].concat();
            let is_link = matches!(self.0.get(name), Some(Node::Link(link))
                if link.strip_prefix(b"/").unwrap_or(link) == target);
            if !is_link {
                continue;
            }
            let prefix = [name, b"/"].concat();
            let below: Vec<_> = self.below(&prefix).map(|(path, _)| path.to_vec()).collect();
            for path in below {
                if let Some(node) = self.0.remove(&path) {
                    self.add(&[b"usr/", path.as_slice()].concat(), node);
                }
            }
        }
    }

    /// The file at a path after following all links, with its real path; `None` if there is no file.
    pub(crate) fn resolve(&self, path: &[u8]) -> Option<(Vec<u8>, &Node)> {
        let mut rest = parts(path);
        let mut real = Vec::new();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            match part.as_slice() {
                b"." => continue,
                b".." => {
                    let end = real.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                    real.truncate(end);
                    continue;
                }
                _ => {}
            }
            let parent = real.len();
            if parent > 0 {
                real.push(b'/');
            }
            real.extend_from_slice(&part);
            if let Some(Node::Link(target)) = self.0.get(&real) {
                links += 1;
                if links > MAX_LINKS {
                    return None;
                }
                real.truncate(if target.starts_with(b"/") { 0 } else { parent });
                rest.extend(parts(target));
            }
        }
        let node = match self.0.get(&real) {
            Some(node) => node,
            None if self.is_folder(&real) => &Node::Folder,
            None => return None,
        };
        Some((real, node))
    }

    /// The entries of a directory, sorted by file name. Leaves out directories that no package lists.
    pub(crate) fn list<'a>(&'a self, folder: &[u8]) -> impl Iterator<Item = (&'a [u8], &'a Node)> {
        let prefix = match folder {
            [] => Vec::new(),
            _ => [folder, b"/"].concat(),
        };
        let start = prefix.len();
        let mut next = Bound::Included(prefix.clone());
        std::iter::from_fn(move || loop {
            let (path, node) = self.0.range((next.clone(), Bound::Unbounded)).next()?;
            let name = path.strip_prefix(prefix.as_slice())?;
            match name.iter().position(|byte| *byte == b'/') {
                // Skip the content of the subdirectory: `0` is the byte after `/`.
                Some(end) => next = Bound::Included([&path[..start + end], b"0"].concat()),
                None => {
                    next = Bound::Excluded(path.clone());
                    return Some((name, node));
                }
            }
        })
    }

    /// The names in a directory for a pattern, each once, including directories that no package lists.
    pub(crate) fn all_names<'a>(&'a self, folder: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        let prefix = match folder {
            [] => Vec::new(),
            _ => [folder, b"/"].concat(),
        };
        let start = prefix.len();
        let mut next = Bound::Included(prefix.clone());
        std::iter::from_fn(move || loop {
            let (path, _) = self.0.range((next.clone(), Bound::Unbounded)).next()?;
            let name = path.strip_prefix(prefix.as_slice())?;
            let Some(end) = name.iter().position(|byte| *byte == b'/') else {
                next = Bound::Excluded(path.clone());
                return Some(name);
            };
            // As in `list`.
            let directory = &path[..start + end];
            next = Bound::Included([directory, b"0"].concat());
            if !self.0.contains_key(directory) {
                return Some(&name[..end]);
            }
        })
    }

    /// The names in a directory, including directories that no package lists.
    pub(crate) fn names(&self, folder: &[u8]) -> BTreeSet<Vec<u8>> {
        let prefix = [folder, b"/"].concat();
        let paths = self.below(&prefix).map(|(path, _)| &path[prefix.len()..]);
        let names = paths.filter_map(|rest| rest.split(|byte| *byte == b'/').next());
        names.map(<[u8]>::to_vec).collect()
    }

    fn below<'a>(&'a self, prefix: &[u8]) -> impl Iterator<Item = (&'a [u8], &'a Node)> {
        let start = (Bound::Included(prefix.to_vec()), Bound::Unbounded);
        let prefix = prefix.to_vec();
        let paths = self.0.range(start);
        let paths = paths.map(|(path, node)| (path.as_slice(), node));
        paths.take_while(move |(path, _)| path.starts_with(&prefix))
    }

    fn is_folder(&self, path: &[u8]) -> bool {
        path.is_empty() || self.below(&[path, b"/"].concat()).next().is_some()
    }
}

/// The components of a path in reverse order.
fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty());
    let mut parts: Vec<_> = parts.map(<[u8]>::to_vec).collect();
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(links: &[(&str, &str)], files: &[&str]) -> Tree {
        let mut tree = Tree::default();
        for (path, target) in links {
            tree.add(path.as_bytes(), Node::Link(target.as_bytes().to_vec()));
        }
        for path in files {
            tree.add(path.as_bytes(), Node::File);
        }
        tree.merge_usr();
        tree
    }

    fn real(tree: &Tree, path: &str) -> Option<String> {
        let (real, _) = tree.resolve(path.as_bytes())?;
        Some(String::from_utf8(real).unwrap())
    }

    #[test]
    fn links_are_followed() {
        let links = [
            ("a/b", "../c/./d"),
            ("e", "/a/b"),
            ("loop", "loop"),
            ("up", "../../c/d/f"),
        ];
        let tree = tree(&links, &["c/d/f"]);
        for path in ["/a/b/f", "e/f", "up", "c/d/../d/f", "//c//d/f/"] {
            assert_eq!(real(&tree, path).as_deref(), Some("c/d/f"), "{path}");
        }
        assert_eq!(real(&tree, "/c").as_deref(), Some("c"));
        assert_eq!(real(&tree, "/").as_deref(), Some(""));
        for path in ["loop", "loop/x", "c/d/g", "c/d/f/g"] {
            assert_eq!(real(&tree, path), None, "{path}");
        }
    }

    #[test]
    fn merged_usr() {
        let links = [
            ("lib", "usr/lib"),
            ("lib64", "/usr/lib64"),
            ("bin", "elsewhere"),
        ];
        let tree = tree(&links, &["lib/a.so", "lib64/b.so", "bin/c", "usr/lib/d.so"]);
        let names: Vec<_> = tree
            .list(b"usr/lib")
            .map(|(name, _)| name.to_vec())
            .collect();
        assert_eq!(names, [b"a.so", b"d.so"]);
        assert_eq!(real(&tree, "lib64/b.so").as_deref(), Some("usr/lib64/b.so"));
        assert!(tree.get(b"bin/c").is_some());
    }
}
