//! Collects the data for the check while the layers are read.

use blob::Result;
use md5::{Digest, Md5};
use rootfs::{escape, Inode, Raw, Visitor};
use tarball::Entry;

/// The data that the check collects while the layers are read.
#[derive(Debug, Default)]
pub(crate) struct Ownership {
    current: Option<Inode>,
    hash: Option<Md5>,
    /// In ascending order, as the entries are read.
    pub(super) sums: Vec<(Inode, [u8; 16])>,
    /// Links, and files below `etc`, with their layers: the lists of packages do not contain them.
    pub(super) unlisted: Vec<(Box<str>, u32)>,
}

impl Visitor for Ownership {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.current = Some(raw.inode);
        Ok(())
    }

    fn needs_pieces(&mut self, _layer: usize, _entry: &Entry) -> bool {
        self.hash = Some(Md5::new());
        true
    }

    fn piece(&mut self, _layer: usize, _entry: &Entry, piece: &[u8]) -> Result<()> {
        if let Some(hash) = &mut self.hash {
            hash.update(piece);
        }
        Ok(())
    }

    fn entry(&mut self, layer: usize, entry: &Entry, _content: &[u8]) -> Result<()> {
        let path = escape(entry.path.as_bytes());
        let is_file = matches!(entry.kind, tarball::Kind::File { .. });
        let is_directory = entry.kind == tarball::Kind::Directory;
        if !is_directory && (!is_file || path.starts_with("etc/")) {
            self.unlisted.push((path.into(), layer as u32));
        }
        let (Some(inode), Some(hash)) = (self.current, self.hash.take()) else {
            return Ok(());
        };
        if is_file {
            self.sums.push((inode, hash.finalize().into()));
        }
        Ok(())
    }
}
