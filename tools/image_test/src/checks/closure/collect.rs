//! What the check takes from the layers as they go by.

use std::collections::BTreeMap;

use blob::Result;
use rootfs::{spell, Inode, Raw, Visitor, Want};
use tarball::Entry;

use super::elf::{self, Elf};
use super::held::Held;
use super::CACHE;

/// A cache of the loader is below 1 MiB, unless it is none.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// What is in the ELF files of an image, and in the files of its loaders. One file is held at a time, the largest in part.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    current: Option<Inode>,
    held: Option<Held>,
    elves: BTreeMap<Inode, std::result::Result<Elf, String>>,
    texts: BTreeMap<Inode, Vec<u8>>,
}

impl Collector {
    /// The ELF file that an entry holds, or what is wrong with it; `None` where it is none.
    pub(crate) fn elf(&self, inode: Inode) -> Option<std::result::Result<&Elf, &str>> {
        let elf = self.elves.get(&inode)?;
        Some(elf.as_ref().map_err(String::as_str))
    }

    /// The content of a file of the loader.
    pub(crate) fn text(&self, inode: Inode) -> Option<&[u8]> {
        self.texts.get(&inode).map(Vec::as_slice)
    }

    fn finish(&mut self) {
        let (Some(inode), Some(held)) = (self.current, self.held.take()) else {
            return;
        };
        if let Some(elf) = held.is_elf().then(|| elf::read(&held)) {
            if let Some(elf) = elf.transpose() {
                self.elves.insert(inode, elf);
            }
        }
    }
}

impl Visitor for Collector {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.current = Some(raw.inode);
        Ok(())
    }

    fn wants(&mut self, _layer: usize, entry: &Entry) -> Want {
        let path = spell(entry.path.as_bytes());
        match path == CACHE || is_musl_path(&path) {
            true if entry.size() <= MAX_TEXT => Want::All,
            _ => Want::Nothing,
        }
    }

    fn wants_pieces(&mut self, _layer: usize, entry: &Entry) -> bool {
        self.held = Some(Held::new(entry.size()));
        entry.size() > 0
    }

    fn piece(&mut self, _layer: usize, _entry: &Entry, piece: &[u8]) -> Result<()> {
        if let Some(held) = &mut self.held {
            held.feed(piece);
            if !held.may_be_elf() {
                self.held = None;
            }
        }
        Ok(())
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        self.finish();
        let path = spell(entry.path.as_bytes());
        let is_text = path == CACHE || is_musl_path(&path);
        if let (Some(inode), true) = (self.current, is_text && entry.size() <= MAX_TEXT) {
            self.texts.insert(inode, content.to_vec());
        }
        Ok(())
    }
}

/// Whether musl's loader reads its folders in this file.
pub(crate) fn is_musl_path(path: &str) -> bool {
    path.starts_with("etc/ld-musl-") && path.ends_with(".path")
}
