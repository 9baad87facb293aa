//! Layers that were read, and the merged root of an image.

use rootfs::{Inode, Node, Recorded, Root};

use crate::watch::{File, Watch};

/// A layer that was read.
#[derive(Debug)]
pub(crate) struct ReadLayer {
    pub(crate) recorded: Recorded,
    pub(crate) watch: Watch,
}

/// An image whose layers were read.
pub(crate) struct ReadRoot<'a> {
    pub(crate) root: &'a Root,
    pub(crate) layers: &'a [&'a ReadLayer],
}

impl<'a> ReadRoot<'a> {
    /// The facts about a regular file.
    pub(crate) fn file(&self, inode: Inode) -> Option<&'a File> {
        let layer = self.layers.get(inode.layer as usize)?;
        layer.watch.files.get(&inode.entry)
    }

    /// The content of a necessary file, after links.
    pub(crate) fn text(&self, path: &str) -> Option<&'a [u8]> {
        self.resolve(path).map(|(_, text)| text)
    }

    /// The real path and the content of a necessary file, after links.
    pub(crate) fn resolve(&self, path: &str) -> Option<(String, &'a [u8])> {
        let (path, node) = self.root.resolve(path).ok()?;
        Some((path, self.text_of(node)?))
    }

    /// The content of a necessary file.
    pub(crate) fn text_of(&self, node: &Node) -> Option<&'a [u8]> {
        self.file(node.inode?)?.text.as_deref()
    }

    /// A listed path with the links of its directories resolved, and its node.
    pub(crate) fn place(&self, path: &str) -> Option<(String, &'a Node)> {
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let real = match path.rsplit_once('/') {
            Some((parent, name)) => {
                let (parent, _) = self.root.resolve(parent).ok()?;
                format!("{parent}/{name}")
            }
            None => path.to_owned(),
        };
        let node = self.root.get(&real)?;
        Some((real, node))
    }
}
