//! The parts of an ELF file that are kept while its bytes are streamed.

use std::ops::Range;

use object::ReadRef;

use crate::segments;

/// Enough for the headers, names and versions of every known program, which precede the code (node, the largest, needs
/// 25 MiB of its 120). The dynamic section follows the code, and all of them may be at the end of files that were
/// modified later.
const HEAD: usize = 32 * 1024 * 1024;

/// Enough for names at the end of a file, where patchelf puts them.
const TAIL: usize = 8 * 1024 * 1024;

/// Twice the largest alignment of tables in ELF files.
const ALIGN: usize = 16;

/// The maximum size of a dynamic section; a larger size in a header is treated as damage.
pub(crate) const MAX_DYNAMIC: u64 = 1024 * 1024;

/// The magic bytes of ELF files (`ELFMAG`).
const MARK: &[u8] = b"\x7fELF";

/// The first and the last bytes of a file, and its dynamic section. The size of the rest is not limited.
#[derive(Debug)]
pub struct Head {
    head: Vec<u8>,
    limit: usize,
    size: u64,
    /// The number of bytes so far.
    seen: u64,
    /// The range and the bytes of the dynamic section, if it is not in the head.
    dynamic: Option<(Range<u64>, Vec<u8>)>,
    /// The last bytes after the head.
    tail: Vec<u8>,
}

impl Head {
    /// The state before the first byte of a file of this size.
    pub fn new(size: u64) -> Self {
        Self::with_limit(size, HEAD)
    }

    fn with_limit(size: u64, limit: usize) -> Self {
        let all = usize::try_from(size).unwrap_or(usize::MAX);
        Self {
            // Do not allocate memory for a size that a header only claims.
            head: Vec::with_capacity(all.min(MARK.len())),
            limit,
            size,
            seen: 0,
            dynamic: None,
            tail: Vec::new(),
        }
    }

    /// Whether the bytes so far can be the start of an ELF file.
    pub fn may_be_elf(&self) -> bool {
        MARK.starts_with(&self.head[..self.head.len().min(MARK.len())])
    }

    /// Whether the file starts with the ELF magic bytes.
    pub fn is_elf(&self) -> bool {
        self.head.starts_with(MARK)
    }

    /// The bytes from an offset to the end of the kept part.
    pub fn rest(&self, start: u64) -> Option<&[u8]> {
        let from = |place: u64, kept: &'_ [u8]| -> Option<std::ops::RangeFrom<usize>> {
            let start = usize::try_from(start.checked_sub(place)?).ok()?;
            (start < kept.len()).then_some(start..)
        };
        if let Some(range) = from(0, &self.head) {
            return self.head.get(range);
        }
        let range = from(self.tail_start(), &self.tail)?;
        self.tail.get(range)
    }

    fn tail_start(&self) -> u64 {
        self.seen.saturating_sub(self.tail.len() as u64)
    }

    /// `start` is the offset of the bytes in the file. Tables are read in place, so the kept part must start at an
    /// aligned offset.
    fn keep_tail(&mut self, start: u64, bytes: &[u8]) {
        if bytes.len() >= TAIL {
            self.tail.clear();
        } else if self.tail.len() + bytes.len() > 2 * TAIL {
            self.tail.drain(..(self.tail.len() - TAIL) / ALIGN * ALIGN);
        }
        let mut first = bytes.len().saturating_sub(TAIL);
        if self.tail.is_empty() {
            let place = start.saturating_add(first as u64);
            let over = place % ALIGN as u64;
            first += if over == 0 { 0 } else { ALIGN - over as usize };
        }
        let kept = bytes.get(first..).unwrap_or_default();
        self.tail.extend_from_slice(kept);
    }

    /// Processes the next bytes.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        // Keep only the magic bytes of files that are not ELF.
        let of_mark = MARK.len().saturating_sub(self.head.len());
        let (start, rest) = bytes.split_at(of_mark.min(bytes.len()));
        self.head.extend_from_slice(start);
        self.seen = self.seen.saturating_add(start.len() as u64);
        if !self.may_be_elf() {
            return;
        }
        bytes = rest;
        let room = bytes.len().min(self.limit - self.head.len());
        self.head.extend_from_slice(&bytes[..room]);
        if room < bytes.len() {
            self.keep_tail(self.seen.saturating_add(room as u64), &bytes[room..]);
            if self.dynamic.is_none() {
                let place = self.dynamic_section().unwrap_or(0..0);
                let begun = place.start.min(self.limit as u64)..place.end.min(self.limit as u64);
                let begun = self.head[begun.start as usize..begun.end as usize].to_vec();
                self.dynamic = Some((place, begun));
            }
            if let Some((place, held)) = &mut self.dynamic {
                let (start, end) = (self.seen, self.seen.saturating_add(bytes.len() as u64));
                let start_of_rest = place.start.max(start).max(self.limit as u64);
                let part = start_of_rest..place.end.min(end);
                if part.start < part.end {
                    let part = (part.start - start) as usize..(part.end - start) as usize;
                    held.extend_from_slice(&bytes[part]);
                }
            }
        }
        self.seen = self.seen.saturating_add(bytes.len() as u64);
    }

    /// The range of the dynamic section, if it is not completely in the head.
    fn dynamic_section(&self) -> Option<Range<u64>> {
        let (_, segments) = segments::parse(self).ok()?;
        let found = segments::dynamic(&segments)?.range()?;
        let size = found.end.checked_sub(found.start)?;
        let is_in_head = found.end <= self.head.len() as u64;
        (!is_in_head && size <= MAX_DYNAMIC).then_some(found)
    }
}

impl<'a> ReadRef<'a> for &'a Head {
    fn len(self) -> Result<u64, ()> {
        Ok(self.size)
    }

    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'a [u8], ()> {
        let end = offset.checked_add(size).ok_or(())?;
        let slice = |held: &'a [u8], start: u64| {
            let from = usize::try_from(offset.checked_sub(start)?).ok()?;
            let to = usize::try_from(end.checked_sub(start)?).ok()?;
            held.get(from..to)
        };
        let dynamic = || {
            let (place, held) = self.dynamic.as_ref()?;
            slice(held, place.start)
        };
        let tail = || slice(&self.tail, self.tail_start());
        slice(&self.head, 0)
            .or_else(dynamic)
            .or_else(tail)
            .ok_or(())
    }

    fn read_bytes_at_until(self, range: Range<u64>, delimiter: u8) -> Result<&'a [u8], ()> {
        let from = usize::try_from(range.start).map_err(|_| ())?;
        let to = usize::try_from(range.end).map_err(|_| ())?;
        let bytes = self.head.get(from..to.min(self.head.len())).ok_or(())?;
        let end = bytes.iter().position(|byte| *byte == delimiter).ok_or(())?;
        Ok(&bytes[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::File;
    use object::elf::{DT_NEEDED, DT_SONAME};
    use testkit::{Library, Machine};

    /// The names that a loader reads.
    fn names(head: &Head) -> Vec<Vec<u8>> {
        let (place, size) = (head.tail_start(), head.tail.len());
        let file = File::parse(head);
        let file = file.unwrap_or_else(|fault| panic!("{fault:?} {place} {size}"));
        let strings = file.strings().unwrap();
        let all = file.values(DT_NEEDED).chain(file.values(DT_SONAME));
        all.map(|at| File::string(strings, at).unwrap().to_vec())
            .collect()
    }

    #[test]
    fn the_size_of_pieces_does_not_matter() {
        let file = library(0);
        for cut in [1, 7, 64, 100, file.len()] {
            let names = names(&head(&file, HEAD, cut));
            assert_eq!(names, [b"libb.so.2", b"liba.so.1"], "{cut}");
        }
    }

    #[test]
    fn a_dynamic_section_behind_the_head() {
        let file = library(5000);
        // Before the dynamic section and in the middle of it.
        for limit in [2048, file.len() - 20, file.len() - 1] {
            for cut in [11, 512, file.len()] {
                let head = head(&file, limit, cut);
                assert_eq!(head.head.len(), limit);
                assert_eq!(names(&head), [b"libb.so.2", b"liba.so.1"], "{limit} {cut}");
            }
        }
    }

    /// A file as patchelf writes it: the table of segments and the names are at the end.
    #[test]
    fn tables_at_the_end_of_the_file() {
        let mut file = library(0);
        file.resize(file.len().next_multiple_of(ALIGN), 0);
        let (table, end) = (64, file.len() as u64);
        let count = u16::from_le_bytes([file[56], file[57]]);
        let segments = file[table..table + usize::from(count) * 56].to_vec();
        file[32..40].copy_from_slice(&end.to_le_bytes());
        file.extend(segments);
        for limit in [64, 112] {
            for cut in [11, 512, file.len()] {
                let head = head(&file, limit, cut);
                assert_eq!(names(&head), [b"libb.so.2", b"liba.so.1"], "{limit} {cut}");
            }
        }
    }

    #[test]
    fn the_tail_is_short() {
        let bytes: Vec<u8> = (0..5 * TAIL).map(|at| (at / 1000) as u8).collect();
        for cut in [TAIL / 3, TAIL, 2 * TAIL + 1] {
            let mut head = Head::with_limit(bytes.len() as u64, 112);
            head.feed(MARK);
            for piece in bytes.chunks(cut) {
                head.feed(piece);
            }
            assert!(
                (TAIL - ALIGN..=2 * TAIL).contains(&head.tail.len()),
                "{cut}"
            );
            assert_eq!(head.tail_start() % ALIGN as u64, 0, "{cut}");
            assert!(bytes.ends_with(&head.tail), "{cut}");
            let last = head.seen - 10;
            assert_eq!(head.rest(last).unwrap(), &bytes[bytes.len() - 10..]);
            assert_eq!(head.rest(1000), None);
        }
    }

    fn library(gap: usize) -> Vec<u8> {
        let library = Library::new(Machine::Little64, 62, "liba.so.1").needs("libb.so.2");
        match gap {
            0 => library.build(),
            gap => library.gap(gap).build(),
        }
    }

    fn head(file: &[u8], limit: usize, cut: usize) -> Head {
        let mut head = Head::with_limit(file.len() as u64, limit);
        for piece in file.chunks(cut) {
            head.feed(piece);
        }
        head
    }
}
