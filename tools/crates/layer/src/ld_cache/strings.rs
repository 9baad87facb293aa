//! The string table of a cache.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Consecutive strings, each ended by a NUL.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    pub(crate) bytes: Vec<u8>,
    places: BTreeMap<Vec<u8>, u32>,
}

impl Strings {
    /// Stores each string once, and strings that are the end of another one as a part of it: order and sharing follow
    /// `elf/stringtable.c` (glibc 2.33).
    pub(crate) fn shared<'a>(strings: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut strings: Vec<_> = strings.collect();
        strings.sort_by(|left, right| from_the_end(left, right));
        strings.dedup();
        let mut table = Self::default();
        let mut previous: &[u8] = &[];
        for string in strings {
            let end = if previous.ends_with(string) && !table.bytes.is_empty() {
                table.bytes.len()
            } else {
                table.push(string)
            };
            table.keep(string, end);
            // The strings are sorted by their ends, so comparing each with the previous one is enough.
            previous = string;
        }
        table
    }

    /// Stores a string without sharing (`elf/cache.c` before glibc 2.33). Returns its position.
    pub(crate) fn in_sequence(&mut self, string: &[u8]) -> u32 {
        let end = self.push(string);
        start(string, end)
    }

    /// The position of a shared string.
    pub(crate) fn place(&self, string: &[u8]) -> u32 {
        self.places.get(string).copied().unwrap_or_default()
    }

    fn push(&mut self, string: &[u8]) -> usize {
        self.bytes.extend_from_slice(string);
        self.bytes.push(0);
        self.bytes.len()
    }

    fn keep(&mut self, string: &[u8], end: usize) {
        self.places.insert(string.to_vec(), start(string, end));
    }
}

/// The position of a string that ends at `end`. Positions fit into 32 bits: names have at most 4096 bytes, and no cache
/// has 4 GiB of them.
fn start(string: &[u8], end: usize) -> u32 {
    u32::try_from(end - string.len() - 1).unwrap_or(u32::MAX)
}

/// Compares strings from their ends, in descending order, so that a string comes after the longer ones that end with
/// it.
fn from_the_end(left: &[u8], right: &[u8]) -> Ordering {
    right.iter().rev().cmp(left.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_shared() {
        let names: [&[u8]; 5] = [b"b.so", b"/lib/b.so", b"/usr/lib/b.so", b"z", b"b.so"];
        let table = Strings::shared(names.into_iter());
        assert_eq!(table.bytes, b"z\0/usr/lib/b.so\0");
        assert_eq!(names.map(|name| table.place(name)), [11, 6, 2, 0, 11]);
    }

    #[test]
    fn nothing_is_shared_in_sequence() {
        let mut table = Strings::default();
        let places = [b"a".as_slice(), b"/a", b"a"].map(|name| table.in_sequence(name));
        assert_eq!(
            (places, table.bytes.as_slice()),
            ([0, 2, 5], b"a\0/a\0a\0".as_slice())
        );
    }
}
