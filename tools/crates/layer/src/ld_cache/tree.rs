//! The files of an image, as far as ldconfig reads them.

use tree::Step;

use crate::ld_cache::elf::Library;

/// The directories that base-files replaces with links into `usr` since Debian 13; packages may still have files below
/// them.
const MERGED: [&[u8]; 6] = [b"bin", b"lib", b"lib32", b"lib64", b"libx32", b"sbin"];

/// One file of the tree.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Directory,
    Link(Vec<u8>),
    File,
    Library(Box<Library>),
    Text(Vec<u8>),
}

impl tree::Node for Node {
    fn step(&self) -> Step<'_> {
        match self {
            Self::Directory => Step::Directory,
            Self::Link(target) => Step::Link(target),
            Self::File | Self::Library(_) | Self::Text(_) => Step::File,
        }
    }
}

/// All files by their paths relative to the root. Contains a directory only if a package lists it.
#[derive(Debug, Default)]
pub(crate) struct Tree(tree::Tree<Node>);

impl Tree {
    /// Adds a file. It replaces an earlier one at the same path, except that a directory replaces nothing.
    pub(crate) fn add(&mut self, path: &[u8], node: Node) {
        let is_kept = matches!(node, Node::Directory) && self.0.get(path).is_some();
        if !is_kept {
            self.0.insert(path.to_vec(), node);
        }
    }

    /// All files with their paths, sorted.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&[u8], &Node)> {
        self.0.below(b"")
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
            let below: Vec<_> = self.0.below(name).map(|(path, _)| path.to_vec()).collect();
            for path in below {
                if let Some(node) = self.0.remove(&path) {
                    self.add(&[b"usr/", path.as_slice()].concat(), node);
                }
            }
        }
    }

    /// The file at a path after following all links, with its real path; `None` if there is no file.
    pub(crate) fn resolve(&self, path: &[u8]) -> Option<(Vec<u8>, &Node)> {
        let (real, node) = self.0.resolve(path).ok()?;
        Some((real, node.unwrap_or(&Node::Directory)))
    }

    /// The files in a directory with their names, sorted. Leaves out directories that no package lists.
    pub(crate) fn files<'a>(
        &'a self,
        directory: &[u8],
    ) -> impl Iterator<Item = (&'a [u8], &'a Node)> {
        let children = self.0.children(directory);
        children.filter_map(|(name, node)| Some((name, node?)))
    }

    /// The names in a directory, each once, including directories that no package lists. They are not sorted.
    pub(crate) fn names<'a>(&'a self, directory: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        self.0.children(directory).map(|(name, _)| name)
    }
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
    fn names_of_the_root() {
        let tree = tree(&[], &["b/c", "a", "b-/d", "e/f/g"]);
        let mut names: Vec<_> = tree.names(b"").collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "b", "b-", "e"].map(|name| name.as_bytes()));
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
            .files(b"usr/lib")
            .map(|(name, _)| name.to_vec())
            .collect();
        assert_eq!(names, [b"a.so", b"d.so"]);
        assert_eq!(real(&tree, "lib64/b.so").as_deref(), Some("usr/lib64/b.so"));
        assert!(tree.get(b"bin/c").is_some());
    }
}
