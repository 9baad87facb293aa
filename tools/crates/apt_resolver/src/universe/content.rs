//! The text of an index: whole, or in blocks of which only the needed ones are read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::OnceLock;

use apt_archive::DerivedBlocks;
use blob::Digest;

use super::table::Table;

/// The text of an index.
pub(super) enum Content {
    Whole(String, Table),
    Blocks(BlockText),
}

impl Content {
    /// What was found in the text.
    pub(super) fn table(&self) -> &Table {
        match self {
            Self::Whole(_, table) => table,
            Self::Blocks(text) => &text.table,
        }
    }

    /// The whole text.
    pub(super) fn whole(&self) -> &str {
        match self {
            Self::Whole(text, _) => text,
            Self::Blocks(text) => text.whole(),
        }
    }

    /// The text between two positions in bytes.
    pub(super) fn part(&self, start: u32, end: u32) -> Cow<'_, str> {
        match self {
            Self::Whole(text, _) => Cow::Borrowed(&text[start as usize..end as usize]),
            Self::Blocks(text) => text.part(start as usize, end as usize),
        }
    }

    /// Whether each block that was read is the one that was stored.
    pub(super) fn is_intact(&self) -> bool {
        match self {
            Self::Whole(..) => true,
            Self::Blocks(text) => !text.damaged.load(Ordering::Relaxed),
        }
    }
}

/// A text in blocks. A damaged block is empty, and [`Content::is_intact`] tells it: so a lookup, of which there are many,
/// needs no error, and the caller of the resolution asks once.
pub(super) struct BlockText {
    table: Table,
    blocks: Box<dyn DerivedBlocks>,
    read: Vec<OnceLock<Vec<u8>>>,
    whole: OnceLock<String>,
    damaged: AtomicBool,
}

impl BlockText {
    /// `None` if the blocks do not have the size that the table states.
    pub(super) fn new(table: Table, blocks: Box<dyn DerivedBlocks>) -> Option<Self> {
        if blocks.block_size() != table.block_size {
            return None;
        }
        let count = table.text_size.div_ceil(table.block_size);
        Some(Self {
            table,
            blocks,
            read: (0..count).map(|_| OnceLock::new()).collect(),
            whole: OnceLock::new(),
            damaged: AtomicBool::new(false),
        })
    }

    fn block(&self, number: usize) -> &[u8] {
        let Some(slot) = self.read.get(number) else {
            return b"";
        };
        slot.get_or_init(|| {
            let bytes = self.blocks.block(number);
            let expected = self.table.digest(number);
            match bytes.filter(|bytes| Some(Digest::of(bytes)) == expected) {
                Some(bytes) => bytes,
                None => {
                    self.damaged.store(true, Ordering::Relaxed);
                    Vec::new()
                }
            }
        })
    }

    /// The bytes of blocks that follow each other.
    fn joined(&self, numbers: Range<usize>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(numbers.len() * self.table.block_size);
        for number in numbers {
            bytes.extend_from_slice(self.block(number));
        }
        bytes
    }

    fn part(&self, start: usize, end: usize) -> Cow<'_, str> {
        let size = self.table.block_size;
        let (first, last) = (start / size, end.saturating_sub(1).max(start) / size);
        let text = if first == last {
            let bytes = self
                .block(first)
                .get(start - first * size..end - first * size);
            bytes
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .map(Cow::Borrowed)
        } else {
            let bytes = self.joined(first..last + 1);
            let bytes = bytes.get(start - first * size..end - first * size);
            let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
            text.map(|text| Cow::Owned(text.to_owned()))
        };
        text.unwrap_or_else(|| {
            self.damaged.store(true, Ordering::Relaxed);
            Cow::Borrowed("")
        })
    }

    fn whole(&self) -> &str {
        self.whole.get_or_init(|| {
            let text = String::from_utf8(self.joined(0..self.read.len()))
                .ok()
                .filter(|text| text.len() == self.table.text_size);
            text.unwrap_or_else(|| {
                self.damaged.store(true, Ordering::Relaxed);
                String::new()
            })
        })
    }
}
