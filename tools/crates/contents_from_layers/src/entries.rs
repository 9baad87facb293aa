//! Entries of the model.

use image_contents::{Content, Entry};
use rootfs::{Kind, Node};

use crate::recorded::ReadRoot;

/// The entry of a node; `None` for a directory without an entry in a layer, for devices and named pipes.
pub(crate) fn entry(read: &ReadRoot, path: &str, node: &Node) -> Option<Entry> {
    let inode = node.inode?;
    let content = match &node.kind {
        Kind::Directory => Content::Directory,
        Kind::File { size } => Content::File {
            sha256: read.file(inode)?.sha256,
            sha1: None,
            size: *size,
        },
        Kind::Link { target } => Content::Link {
            target: target.to_string(),
        },
        Kind::Device { .. } | Kind::Fifo => return None,
    };
    Some(Entry {
        path: path.to_owned(),
        mode: node.mode,
        uid: number(node.uid),
        gid: number(node.gid),
        content,
    })
}

/// An ID as the kernel has it. Larger numbers cannot be unpacked.
fn number(id: u64) -> u32 {
    u32::try_from(id).unwrap_or(u32::MAX)
}
