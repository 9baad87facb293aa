//! Collects the data for the check while the layers are read.

use std::collections::BTreeMap;

use blob::{Error, Result};
use rootfs::{escape, ContentPart, Inode, Raw, Visitor};
use tarball::Entry;

use ::elf::Head;

use super::elf::{self as reader, Elf, Unreadable};
use super::names::Names;

/// The cache of glibc's loader.
pub(super) const CACHE: &str = "etc/ld.so.cache";

/// The libraries that glibc's loader loads before those of the program.
pub(super) const PRELOAD: &str = "etc/ld.so.preload";

/// Largest total size of the files that loaders read. A cache of the loader has less than 1 MiB.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// The ELF files of an image, and the configuration files of its loaders. Holds one file at a time in memory; of a
/// large file, only a part.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    current: Option<Inode>,
    head: Option<Head>,
    names: Names,
    elves: BTreeMap<Inode, std::result::Result<Elf, &'static str>>,
    /// By path: the content in the highest layer so far.
    texts: BTreeMap<String, (Inode, Vec<u8>)>,
}

impl Collector {
    /// The parsed ELF file of an entry, or its damage; `None` if it is not an ELF file.
    pub(crate) fn elf(&self, inode: Inode) -> Option<std::result::Result<&Elf, &str>> {
        let elf = self.elves.get(&inode)?;
        Some(elf.as_ref().map_err(|damage| *damage))
    }

    /// The content of a file that the loader reads.
    pub(crate) fn text(&self, inode: Inode) -> Option<&[u8]> {
        let mut texts = self.texts.values();
        let (_, text) = texts.find(|(other, _)| *other == inode)?;
        Some(text)
    }

    fn keep_text(&mut self, path: String, inode: Inode, content: &[u8]) -> Result<()> {
        let others = self.texts.iter().filter(|(other, _)| **other != path);
        let size: u64 = others.map(|(_, (_, text))| text.len() as u64).sum();
        if size.saturating_add(content.len() as u64) > MAX_TEXT {
            let cause = "the configuration files of loaders have more than 16 MiB";
            return Err(Error::cannot("read", path, cause));
        }
        // A path may occur many times in an archive, so the buffer of its last content is reused.
        let (place, text) = self.texts.entry(path).or_insert((inode, Vec::new()));
        *place = inode;
        text.clear();
        text.extend_from_slice(content);
        Ok(())
    }

    /// Parses the ELF file that was read last.
    fn finish(&mut self, entry: &Entry) -> Result<()> {
        let (Some(inode), Some(head)) = (self.current, self.head.take()) else {
            return Ok(());
        };
        if !head.is_elf() {
            return Ok(());
        }
        let elf = match reader::read(&head, &mut self.names) {
            Ok(None) => return Ok(()),
            Ok(Some(elf)) => Ok(elf),
            Err(Unreadable::Damaged(damage)) => Err(damage),
            Err(Unreadable::TooMany) => {
                let cause = "the names in the ELF files of the image need more than 64 MiB";
                return Err(Error::cannot("read", escape(entry.path.as_bytes()), cause));
            }
        };
        self.elves.insert(inode, elf);
        Ok(())
    }
}

impl Visitor for Collector {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.current = Some(raw.inode);
        Ok(())
    }

    fn content_part(&mut self, _layer: usize, entry: &Entry) -> ContentPart {
        let path = escape(entry.path.as_bytes());
        if is_text(&path) && entry.size() <= MAX_TEXT {
            ContentPart::All
        } else {
            ContentPart::None
        }
    }

    fn needs_pieces(&mut self, _layer: usize, entry: &Entry) -> bool {
        self.head = Some(Head::new(entry.size()));
        entry.size() > 0
    }

    fn piece(&mut self, _layer: usize, _entry: &Entry, piece: &[u8]) -> Result<()> {
        if let Some(head) = &mut self.head {
            head.feed(piece);
            if !head.may_be_elf() {
                self.head = None;
            }
        }
        Ok(())
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        self.finish(entry)?;
        let path = escape(entry.path.as_bytes());
        if let (Some(inode), true) = (self.current, is_text(&path) && entry.size() <= MAX_TEXT) {
            self.keep_text(path.into_owned(), inode, content)?;
        }
        Ok(())
    }
}

/// Whether a loader may read this file.
fn is_text(path: &str) -> bool {
    path == CACHE || path == PRELOAD || is_musl_path(path)
}

/// Whether musl's loader reads its directories from this file: `etc/ld-musl-ARCH.path` below the loader's prefix.
fn is_musl_path(path: &str) -> bool {
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    let is_etc = parent == "etc" || parent.ends_with("/etc");
    is_etc && name.starts_with("ld-musl-") && name.ends_with(".path")
}
