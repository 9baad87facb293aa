//! The text of an index: whole, or in blocks of which only the needed ones are read.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::OnceLock;

use apt_archive::DerivedBlocks;

use super::table::{block_hash, Table};

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
            let expected = self.table.block_hash(number);
            match bytes.filter(|bytes| Some(block_hash(bytes)) == expected) {
                Some(bytes) => bytes,
                None => {
                    self.damaged.store(true, Ordering::Relaxed);
                    Vec::new()
                }
            }
        })
    }

    /// The bytes between two positions, of one or several blocks. Those of damaged blocks are missing.
    fn bytes(&self, start: usize, end: usize) -> Cow<'_, [u8]> {
        let size = self.table.block_size;
        let within = |number: usize| {
            let block = self.block(number);
            let clamp = |at: usize| at.saturating_sub(number * size).min(block.len());
            &block[clamp(start)..clamp(end)]
        };
        let (first, last) = (start / size, end.saturating_sub(1).max(start) / size);
        if first == last {
            return Cow::Borrowed(within(first));
        }
        let mut bytes = Vec::with_capacity(end - start);
        for number in first..=last {
            bytes.extend_from_slice(within(number));
        }
        Cow::Owned(bytes)
    }

    fn part(&self, start: usize, end: usize) -> Cow<'_, str> {
        let text = match self.bytes(start, end) {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        let text = text.filter(|text| text.len() == end - start);
        text.unwrap_or_else(|| {
            self.damaged.store(true, Ordering::Relaxed);
            Cow::Borrowed("")
        })
    }

    fn whole(&self) -> &str {
        self.whole.get_or_init(|| {
            let text = self.part(0, self.table.text_size);
            text.into_owned()
        })
    }
}
