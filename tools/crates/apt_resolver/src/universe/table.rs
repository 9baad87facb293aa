//! The positions that a scan found in an index, as bytes that a cache can store. A lookup reads only the few that it needs, so
//! who reads the stored bytes builds nothing for the tens of thousands of paragraphs that a resolution never asks for.
//!
//! All numbers are little-endian. The bytes are: the format; seven counts (`u32`); the hash of each block of the text (`u64`),
//! if it is stored in blocks; each paragraph (four `u32`: start, end, start of the name, length of the name with two flags);
//! the names of packages, of packages without an architecture, and the provided names, each as a hash (`u64`) and the
//! number of its paragraph (`u32`), sorted by hash and then by paragraph.

use blob::{Digest, Error, Result};
use twox_hash::XxHash3_64;

use super::limits::{MAX_PARAGRAPHS, MAX_PROVIDED, MAX_TEXTS};
use super::scan::{ParagraphSpan, ScanResult};

/// The first bytes. They change with the format.
const FORMAT: &[u8; 16] = b"index positions2";

const COUNTS: usize = 7;
const HASH: usize = 8;
const PARAGRAPH: usize = 16;
const NAME: usize = 12;

/// Flags below the length of a name.
const ESSENTIAL: u32 = 1;
const BROKEN: u32 = 2;
const FLAGS: u32 = 2;

/// The kinds of names, in the order of their lists.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Names of packages.
    Own,
    /// Names of packages without an architecture.
    Broken,
    /// Provided names.
    Provided,
}

/// A table that was read. Its numbers were checked, so each lookup gives a place in a text of [`Table::text_size`] bytes.
pub(super) struct Table {
    bytes: Vec<u8>,
    pub(super) text_size: usize,
    pub(super) block_size: usize,
    hashes: usize,
    paragraphs: usize,
    /// The first byte of each list, and the number of its names.
    lists: [(usize, usize); 3],
    count: usize,
}

impl Table {
    /// What a scan found in a text, which is stored in blocks of a size in bytes; 0 if it is not stored.
    ///
    /// # Errors
    ///
    /// A number does not fit.
    pub(super) fn of(text: &str, block_size: usize, found: &ScanResult) -> Result<Self> {
        let table = Self::write(text, block_size, found).and_then(Self::read);
        table.ok_or_else(|| Error::cannot("read", "index", "a part of it is too large"))
    }

    /// The bytes, for [`Table::read`].
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn write(text: &str, block_size: usize, found: &ScanResult) -> Option<Vec<u8>> {
        let name = |(start, end): (u32, u32)| NameHash::of(&text[start as usize..end as usize]).0;
        let mut lists: [Vec<(u64, u32)>; 3] = Default::default();
        for (number, paragraph) in found.paragraphs.iter().enumerate() {
            let list = if paragraph.broken {
                Kind::Broken
            } else {
                Kind::Own
            };
            lists[list as usize].push((name(paragraph.name), u32::try_from(number).ok()?));
        }
        let provided = found.provided.iter();
        let provided = provided.map(|(start, end, paragraph)| (name((*start, *end)), *paragraph));
        lists[Kind::Provided as usize] = provided.collect();
        for list in &mut lists {
            list.sort_unstable();
        }
        let stored = if block_size > 0 { text } else { "" };
        let blocks = stored.as_bytes().chunks(block_size.max(1));
        let counts = [
            text.len(),
            block_size,
            blocks.len(),
            found.paragraphs.len(),
            lists[0].len(),
            lists[1].len(),
            lists[2].len(),
        ];
        let names = lists.iter().map(Vec::len).sum::<usize>();
        let lists_and_paragraphs = NAME * names + PARAGRAPH * found.paragraphs.len();
        let size = FORMAT.len() + 4 * COUNTS + HASH * blocks.len() + lists_and_paragraphs;
        let mut bytes = Vec::with_capacity(size);
        bytes.extend(FORMAT);
        for count in counts {
            bytes.extend(u32::try_from(count).ok()?.to_le_bytes());
        }
        for block in blocks {
            bytes.extend(block_hash(block).to_le_bytes());
        }
        for paragraph in &found.paragraphs {
            let (start, end) = paragraph.name;
            let flags =
                ESSENTIAL * u32::from(paragraph.essential) + BROKEN * u32::from(paragraph.broken);
            let length = (end - start).checked_mul(1 << FLAGS)? | flags;
            for number in [paragraph.start, paragraph.end, start, length] {
                bytes.extend(number.to_le_bytes());
            }
        }
        for (hash, paragraph) in lists.iter().flatten() {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(paragraph.to_le_bytes());
        }
        Some(bytes)
    }

    /// Reads a table. `None` if it is not one: a cache gave the bytes.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Self> {
        if !bytes.starts_with(FORMAT) {
            return None;
        }
        let at = |number: usize| number_at(&bytes, FORMAT.len() + 4 * number);
        let mut counts = [0; COUNTS];
        for (number, count) in counts.iter_mut().enumerate() {
            *count = at(number)? as usize;
        }
        let [text_size, block_size, blocks, count, own, broken, provided] = counts;
        let fits = text_size <= MAX_TEXTS && count <= MAX_PARAGRAPHS && provided <= MAX_PROVIDED;
        let expected = match block_size {
            0 => 0,
            size => text_size.div_ceil(size),
        };
        if !fits || blocks != expected {
            return None;
        }
        if own + broken != count {
            return None;
        }
        let hashes = FORMAT.len() + 4 * COUNTS;
        let paragraphs = hashes + HASH * blocks;
        let first = paragraphs + PARAGRAPH * count;
        let lists = [
            (first, own),
            (first + NAME * own, broken),
            (first + NAME * count, provided),
        ];
        if bytes.len() != first + NAME * (count + provided) {
            return None;
        }
        let table = Self {
            bytes,
            text_size,
            block_size,
            hashes,
            paragraphs,
            lists,
            count,
        };
        table.is_consistent().then_some(table)
    }

    /// Whether paragraphs follow each other in the text, contain their names, and are those of the lists.
    fn is_consistent(&self) -> bool {
        let mut before = 0;
        let follows = (0..self.count).all(|number| {
            let span = self.span(number as u32);
            let (start, end) = span.name;
            let holds =
                before <= span.start && span.start <= start && start <= end && end <= span.end;
            before = span.end;
            holds && span.end as usize <= self.text_size
        });
        let sorted = self.lists.iter().all(|(first, count)| {
            let names = (0..*count).map(|number| self.name(*first, number));
            let known = names
                .clone()
                .all(|(_, paragraph)| (paragraph as usize) < self.count);
            known && names.is_sorted()
        });
        follows && sorted
    }

    /// The number of paragraphs.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The number of provided names.
    pub(super) fn provided(&self) -> usize {
        self.lists[Kind::Provided as usize].1
    }

    /// The [`block_hash`] of a block; `None` behind the last one.
    pub(super) fn block_hash(&self, block: usize) -> Option<u64> {
        let from = self.hashes + HASH * block;
        let bytes = self.bytes[..self.paragraphs].get(from..from + HASH)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }

    /// A paragraph, by its number.
    pub(super) fn span(&self, number: u32) -> ParagraphSpan {
        let from = self.paragraphs + PARAGRAPH * number as usize;
        let at = |place: usize| number_at(&self.bytes, from + 4 * place).unwrap_or(0);
        let (name, length) = (at(2), at(3));
        ParagraphSpan {
            start: at(0),
            end: at(1),
            name: (name, name.saturating_add(length >> FLAGS)),
            essential: length & ESSENTIAL != 0,
            broken: length & BROKEN != 0,
        }
    }

    /// The paragraphs of all names of a kind that have this hash, in their order. The caller must compare.
    pub(super) fn find(&self, kind: Kind, wanted: NameHash) -> impl Iterator<Item = u32> + '_ {
        let (first, count) = self.lists[kind as usize];
        let NameHash(wanted) = wanted;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.name(first, middle).0 < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let names = (low..count).map(move |number| self.name(first, number));
        names
            .take_while(move |(hash, _)| *hash == wanted)
            .map(|(_, paragraph)| paragraph)
    }

    fn name(&self, first: usize, number: usize) -> (u64, u32) {
        let from = first + NAME * number;
        let bytes = self
            .bytes
            .get(from..from + 8)
            .and_then(|bytes| bytes.try_into().ok());
        (
            bytes.map_or(0, u64::from_le_bytes),
            number_at(&self.bytes, from + 8).unwrap_or(0),
        )
    }
}

/// The hash of a block of a text: XXH3 (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>). It finds damage. It
/// need not withstand an attacker: who can write a block to the cache can also write the table.
pub(super) fn block_hash(block: &[u8]) -> u64 {
    XxHash3_64::oneshot(block)
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The hash of a name: the same in every release of this program and of the compiler; a repository cannot choose names with
/// equal ones.
#[derive(Clone, Copy)]
pub(super) struct NameHash(u64);

impl NameHash {
    pub(super) fn of(name: &str) -> Self {
        let digest = Digest::of(name.as_bytes());
        let bytes = digest.as_bytes()[..8].iter();
        Self(bytes.fold(0, |hash, byte| hash << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::MAX_PARAGRAPHS;
    use super::super::scan::{scan, Remaining};
    use super::super::source::Scope;
    use super::*;

    const TEXT: &str = "Package: aa\nArchitecture: all\nProvides: vv, ww\n\nPackage: bb\nArchitecture: amd64\nEssential: yes\n\n\
        Package: cc\n\nPackage: aa\nArchitecture: amd64\nProvides: vv\n";

    fn bytes() -> Vec<u8> {
        let remaining = Remaining {
            paragraphs: MAX_PARAGRAPHS,
            provided: 9,
        };
        let found = scan(TEXT, "amd64", Scope::Everything, remaining).unwrap();
        Table::of(TEXT, 16, &found).unwrap().bytes().to_vec()
    }

    #[test]
    fn a_text_that_is_not_stored_has_no_blocks() {
        let remaining = Remaining {
            paragraphs: MAX_PARAGRAPHS,
            provided: 9,
        };
        let found = scan(TEXT, "amd64", Scope::Everything, remaining).unwrap();
        let table = Table::of(TEXT, 0, &found).unwrap();
        let stored = Table::read(bytes()).unwrap();
        assert_eq!((table.block_size, table.block_hash(0)), (0, None));
        for name in ["aa", "bb", "cc", "vv", "ww", "zz"] {
            for kind in [Kind::Own, Kind::Broken, Kind::Provided] {
                let hash = NameHash::of(name);
                assert!(table.find(kind, hash).eq(stored.find(kind, hash)), "{name}");
            }
        }
    }

    #[test]
    fn names_and_positions() {
        let table = Table::read(bytes()).unwrap();
        let find = |kind, name| Vec::from_iter(table.find(kind, NameHash::of(name)));
        assert_eq!(
            (table.len(), table.text_size, table.block_size),
            (4, TEXT.len(), 16)
        );
        assert_eq!(find(Kind::Own, "aa"), [0, 3]);
        assert_eq!(find(Kind::Own, "bb"), [1]);
        assert_eq!(find(Kind::Broken, "cc"), [2]);
        assert_eq!(find(Kind::Provided, "vv"), [0, 3]);
        assert_eq!(find(Kind::Provided, "ww"), [0]);
        assert!(find(Kind::Own, "vv").is_empty() && find(Kind::Provided, "zz").is_empty());
        let span = table.span(1);
        assert!(span.essential && !span.broken && table.span(2).broken);
        assert_eq!(&TEXT[span.name.0 as usize..span.name.1 as usize], "bb");
        assert!(TEXT[span.start as usize..span.end as usize].starts_with("Package: bb\n"));
        assert_eq!(
            table.block_hash(0),
            Some(block_hash(&TEXT.as_bytes()[..16]))
        );
        assert_eq!(table.block_hash(TEXT.len().div_ceil(16)), None);
    }

    #[test]
    fn other_bytes_are_no_table() {
        let good = bytes();
        for length in 0..good.len() {
            assert!(Table::read(good[..length].to_vec()).is_none(), "{length}");
        }
        assert!(Table::read([&good[..], b"\0"].concat()).is_none());
        // A flipped byte gives no table, or one whose places are in the text.
        for at in 0..good.len() {
            let mut changed = good.clone();
            changed[at] ^= 0xff;
            let Some(table) = Table::read(changed) else {
                continue;
            };
            for number in 0..table.len() as u32 {
                assert!(table.span(number).end as usize <= table.text_size, "{at}");
            }
            for kind in [Kind::Own, Kind::Broken, Kind::Provided] {
                assert!(table
                    .find(kind, NameHash::of("aa"))
                    .all(|number| (number as usize) < table.len()));
            }
        }
    }
}
