use std::collections::BTreeMap;
use std::ops::Bound;

use crate::{resolve, Reason, Step, Unresolved};

/// A file of a [`Tree`].
pub trait Node {
    /// Its type.
    fn step(&self) -> Step<'_>;
}

/// Files by their paths. A directory may have files below it without being in the tree itself.
#[derive(Clone, Debug)]
pub struct Tree<N>(BTreeMap<Vec<u8>, N>);

impl<N> Default for Tree<N> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<N> Tree<N> {
    /// The file at exactly this path, without following links.
    pub fn get(&self, path: &[u8]) -> Option<&N> {
        self.0.get(path)
    }

    /// Adds a file; returns the earlier one at the same path.
    pub fn insert(&mut self, path: Vec<u8>, node: N) -> Option<N> {
        self.0.insert(path, node)
    }

    /// Removes a file, but not the files below it.
    pub fn remove(&mut self, path: &[u8]) -> Option<N> {
        self.0.remove(path)
    }

    /// All files below a directory, without the directory itself, sorted by the bytes of their paths.
    pub fn below<'a>(&'a self, directory: &[u8]) -> impl Iterator<Item = (&'a [u8], &'a N)> {
        let prefix = prefix(directory);
        let paths = self.0.range((start(&prefix), Bound::Unbounded));
        let paths = paths.map(|(path, node)| (path.as_slice(), node));
        paths.take_while(move |(path, _)| path.starts_with(&prefix))
    }

    /// The names in a directory, each once, in the order of the first path with the name; `None` instead of a file for
    /// a subdirectory that is not in the tree itself. Skips the content of subdirectories.
    pub fn children<'a>(
        &'a self,
        directory: &[u8],
    ) -> impl Iterator<Item = (&'a [u8], Option<&'a N>)> {
        let prefix = prefix(directory);
        let length = prefix.len();
        let mut next = start(&prefix);
        std::iter::from_fn(move || loop {
            let range = (next.clone(), Bound::Unbounded);
            let (path, node) = self.0.range::<Vec<u8>, _>(range).next()?;
            let name = path.strip_prefix(prefix.as_slice())?;
            let Some(end) = name.iter().position(|byte| *byte == b'/') else {
                next = Bound::Excluded(path.clone());
                return Some((name, Some(node)));
            };
            // `0` is the byte after `/`.
            let subdirectory = &path[..length + end];
            next = Bound::Included([subdirectory, b"0"].concat());
            if !self.0.contains_key(subdirectory) {
                return Some((&name[..end], None));
            }
        })
    }
}

impl<N: Node> Tree<N> {
    /// The real path of a file, all links followed, and the file: `None` for a directory that is not in the tree
    /// itself, such as the root.
    ///
    /// # Errors
    ///
    /// As for [`resolve`].
    pub fn resolve(&self, path: &[u8]) -> Result<(Vec<u8>, Option<&N>), Unresolved> {
        let real = resolve(path, |at| match self.0.get(at) {
            Some(node) => Ok(node.step()),
            None if self.below(at).next().is_some() => Ok(Step::Directory),
            None => Err(Reason::Missing),
        })?;
        let node = self.0.get(&real);
        Ok((real, node))
    }
}

/// The start of the paths below a directory.
fn prefix(directory: &[u8]) -> Vec<u8> {
    if directory.is_empty() {
        return Vec::new();
    }
    [directory, b"/"].concat()
}

/// Where the paths with a prefix begin. The root itself is not below the root.
fn start(prefix: &[u8]) -> Bound<Vec<u8>> {
    if prefix.is_empty() {
        return Bound::Excluded(Vec::new());
    }
    Bound::Included(prefix.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct File;

    impl Node for File {
        fn step(&self) -> Step<'_> {
            Step::File
        }
    }

    fn tree(paths: &[&str]) -> Tree<File> {
        let mut tree = Tree::default();
        for path in paths {
            tree.insert(path.as_bytes().to_vec(), File);
        }
        tree
    }

    fn names(tree: &Tree<File>, directory: &str) -> String {
        let names = tree.children(directory.as_bytes()).map(|(name, node)| {
            let mark = if node.is_some() { "" } else { "/" };
            format!("{}{mark}", String::from_utf8_lossy(name))
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_name_once() {
        let tree = tree(&[
            "", "a", "a-", "a/b", "a/b/c", "a/b0", "d/e/f", "d/e/g", "d0",
        ]);
        assert_eq!(names(&tree, ""), "a a- d/ d0");
        assert_eq!(names(&tree, "a"), "b b0");
        assert_eq!(names(&tree, "d"), "e/");
        assert_eq!(names(&tree, "d/e"), "f g");
        assert_eq!(names(&tree, "d0"), "");
        assert_eq!(tree.below(b"").count(), 8);
        assert_eq!(tree.below(b"a").count(), 3);
    }

    #[test]
    fn a_directory_need_not_be_in_the_tree() {
        let tree = tree(&["d/e/f"]);
        let is_found = |path: &str| {
            tree.resolve(path.as_bytes())
                .map(|(_, node)| node.is_some())
        };
        assert_eq!(is_found("d/e"), Ok(false));
        assert_eq!(is_found("d/e/../e/f"), Ok(true));
        assert_eq!(is_found("/"), Ok(false));
        assert!(is_found("d/f").is_err());
    }
}
