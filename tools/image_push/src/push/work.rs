//! The manifests that are to be written.

use std::collections::{BTreeMap, HashMap};

use blob::{Digest, Result};

use super::target::{Item, Target};
use crate::content::{blob_of, Graph, Node, Source};

/// A manifest that is to be written to a repository, or only a tag of it.
pub(super) struct Work<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) source: &'a dyn Source,
    pub(super) node: &'a Node,
    /// 0 for a manifest, more for an index: it is written after those that it lists.
    pub(super) height: usize,
    /// Whether the repository has it.
    pub(super) exists: bool,
    /// The tags that are to point to it.
    pub(super) items: Vec<&'a Item<'a>>,
}

/// The work for all items that are open, without content that is known to exist.
///
/// # Errors
///
/// A descriptor has another digest than SHA-256.
pub(super) fn work<'a>(groups: &'a [Vec<Item<'a>>]) -> Result<Vec<Work<'a>>> {
    let mut all = Vec::new();
    for items in groups {
        let mut works = BTreeMap::new();
        for item in items.iter().filter(|item| item.is_open()) {
            let nodes = nodes_by_digest(item.image.graph);
            let mut walk = Walk {
                item,
                nodes: &nodes,
                works: &mut works,
            };
            walk.visit(item.root.digest)?;
            if let Some(work) = works.get_mut(&item.root.digest) {
                work.items.push(item);
            }
        }
        all.extend(works.into_values());
    }
    Ok(all)
}

fn nodes_by_digest(graph: &Graph) -> HashMap<Digest, &Node> {
    let nodes = graph.nodes().iter();
    nodes.map(|node| (node.blob.digest, node)).collect()
}

struct Walk<'a, 'w> {
    item: &'a Item<'a>,
    nodes: &'w HashMap<Digest, &'a Node>,
    works: &'w mut BTreeMap<Digest, Work<'a>>,
}

impl Walk<'_, '_> {
    /// Adds a manifest and those below it. Returns its height.
    fn visit(&mut self, digest: Digest) -> Result<usize> {
        if let Some(work) = self.works.get(&digest) {
            return Ok(work.height);
        }
        let target = self.item.target;
        let exists = target.has_manifest(digest);
        let is_root = digest == self.item.root.digest;
        let Some(node) = self.nodes.get(&digest).filter(|_| is_root || !exists) else {
            return Ok(0);
        };
        let mut height = 0;
        for child in node.children.iter().filter(|_| !exists) {
            height = height.max(1 + self.visit(blob_of(child)?.digest)?);
        }
        let work = Work {
            target,
            source: self.item.image.source,
            node,
            height,
            exists,
            items: Vec::new(),
        };
        self.works.insert(digest, work);
        Ok(height)
    }
}
