//! The dynamic section, and the data that its entries and the segments refer to.

use std::ops::Range;

use object::elf::{
    DynamicTag, FileHeader32, FileHeader64, DT_NULL, DT_STRSZ, DT_STRTAB, PT_INTERP, PT_LOAD,
};
use object::endian::Endian;
use object::read::elf::{Dyn, FileHeader};
use object::{Endianness, ReadRef};

use crate::head::MAX_DYNAMIC;
use crate::segments::{self, Fault, Header, Segment};
use crate::Head;

/// The longest path that Linux opens (`PATH_MAX`); a program with a longer interpreter path does not start.
const MAX_PATH: u64 = 4096;

/// A file with parsed header and segments.
#[derive(Debug)]
pub struct File<'a> {
    head: &'a Head,
    header: Header,
    segments: Vec<Segment>,
    /// `None` if it does not exist or cannot be read.
    dynamic: Option<Vec<(DynamicTag, u64)>>,
}

impl<'a> File<'a> {
    /// Parses the header and the table of segments of a file.
    ///
    /// # Errors
    ///
    /// The header or the table of segments is damaged.
    pub fn parse(head: &'a Head) -> Result<Self, Fault> {
        let (header, segments) = segments::parse(head)?;
        let mut parsed = Self {
            head,
            header,
            segments,
            dynamic: None,
        };
        parsed.dynamic = if header.wide {
            parsed.read_dynamic::<FileHeader64<Endianness>>()
        } else {
            parsed.read_dynamic::<FileHeader32<Endianness>>()
        };
        Ok(parsed)
    }

    /// The entries of the dynamic section up to its end, if the head contains it.
    fn read_dynamic<F: FileHeader<Endian = Endianness>>(&self) -> Option<Vec<(DynamicTag, u64)>> {
        let segment = self.dynamic_segment()?;
        let range = segment.range().filter(|_| segment.size <= MAX_DYNAMIC)?;
        let bytes = self.bytes(range)?;
        let size = std::mem::size_of::<F::Dyn>();
        let entries: &[F::Dyn] = bytes.read_slice_at(0, bytes.len() / size).ok()?;
        let endian = self.header.endian;
        let entries = entries
            .iter()
            .map(|entry| (entry.tag(endian), entry.val(endian)));
        Some(entries.take_while(|(tag, _)| *tag != DT_NULL).collect())
    }

    /// The fields of the ELF header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// All segments, in the order of the file.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segment of the dynamic section; `None` for a static program.
    pub fn dynamic_segment(&self) -> Option<&Segment> {
        segments::dynamic(&self.segments)
    }

    /// The path of the loader (interpreter) of a program.
    ///
    /// # Errors
    ///
    /// The path is outside the file or is not a string.
    pub fn interpreter(&self) -> Result<Option<&'a [u8]>, Fault> {
        let mut segments = self.segments.iter();
        let Some(segment) = segments.find(|segment| segment.kind == PT_INTERP) else {
            return Ok(None);
        };
        let path = || {
            let range = segment.range().filter(|_| segment.size <= MAX_PATH)?;
            Self::string(self.bytes(range)?, 0)
        };
        path().map(Some).ok_or(Fault::Interpreter)
    }

    /// Whether there is a dynamic section with entries.
    ///
    /// # Errors
    ///
    /// It cannot be read or is larger than the limit.
    pub fn has_dynamic(&self) -> Result<bool, Fault> {
        match (self.dynamic_segment(), &self.dynamic) {
            (None, _) => Ok(false),
            (Some(_), Some(entries)) => Ok(!entries.is_empty()),
            (Some(_), None) => Err(Fault::Dynamic),
        }
    }

    /// The entries of the dynamic section in their order.
    pub fn entries(&self) -> impl Iterator<Item = (DynamicTag, u64)> + '_ {
        self.dynamic.iter().flatten().copied()
    }

    /// The values of a tag in the dynamic section, in their order.
    pub fn values(&self, wanted: DynamicTag) -> impl Iterator<Item = u64> + '_ {
        let entries = self.dynamic.iter().flatten();
        entries
            .filter(move |(tag, _)| *tag == wanted)
            .map(|(_, value)| *value)
    }

    /// The string table of the dynamic section.
    pub fn strings(&self) -> Option<&'a [u8]> {
        let start = self.offset(self.values(DT_STRTAB).next()?)?;
        let size = self.values(DT_STRSZ).next()?;
        self.bytes(start..start.checked_add(size)?)
    }

    /// The string at an offset of a table, without its NUL; `None` if there is no string.
    pub fn string(strings: &[u8], at: u64) -> Option<&[u8]> {
        let rest = strings.get(usize::try_from(at).ok()?..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        Some(&rest[..end])
    }

    /// The file offset of a memory address.
    pub fn offset(&self, address: u64) -> Option<u64> {
        self.segments.iter().find_map(|segment| {
            let within = address.checked_sub(segment.address)?;
            let is_within = segment.kind == PT_LOAD && within < segment.size;
            is_within.then(|| segment.offset.checked_add(within))?
        })
    }

    /// Bytes of the file, if they were kept.
    pub fn bytes(&self, range: Range<u64>) -> Option<&'a [u8]> {
        let size = range.end.checked_sub(range.start)?;
        self.head.read_bytes_at(range.start, size).ok()
    }

    /// The bytes from an offset to the end of the kept part.
    pub fn rest(&self, start: u64) -> Option<&'a [u8]> {
        self.head.rest(start)
    }

    /// The 16-bit number at `at + behind`.
    pub fn half(&self, at: u64, behind: u64) -> Option<u16> {
        let at = at.checked_add(behind)?;
        let bytes = self.bytes(at..at.checked_add(2)?)?;
        Some(self.header.endian.read_u16(bytes.try_into().ok()?))
    }

    /// The 32-bit number at `at + behind`.
    pub fn word(&self, at: u64, behind: u64) -> Option<u32> {
        let at = at.checked_add(behind)?;
        let bytes = self.bytes(at..at.checked_add(4)?)?;
        Some(self.header.endian.read_u32(bytes.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::{Library, Machine};

    fn head(bytes: &[u8]) -> Head {
        let mut head = Head::new(bytes.len() as u64);
        head.feed(bytes);
        head
    }

    /// Calls all functions of the reader, to find panics.
    fn read_all(bytes: &[u8]) -> Option<u64> {
        let head = head(bytes);
        let file = File::parse(&head).ok()?;
        let mut sum = file.interpreter().ok().flatten().map_or(0, <[u8]>::len) as u64;
        sum ^= u64::from(file.has_dynamic().is_ok());
        for (_, value) in file.dynamic.iter().flatten() {
            let at = file.offset(*value).unwrap_or(*value);
            sum ^= u64::from(file.half(at, 2).unwrap_or(1));
            sum ^= u64::from(file.word(at, 16).unwrap_or(1));
            let strings = file.strings().unwrap_or_default();
            sum ^= File::string(strings, *value).map_or(0, <[u8]>::len) as u64;
        }
        Some(sum)
    }

    /// Sets each field to its extreme values: sums must not overflow (the tests run with overflow checks).
    #[test]
    fn fields_of_any_value() {
        for (machine, number) in [
            (Machine::Little64, 62),
            (Machine::Little32, 3),
            (Machine::Big64, 22),
        ] {
            let sound = Library::new(machine, number, "liba.so.1")
                .interpreter("/lib/ld.so")
                .needs("libb.so.2")
                .needs_version("libb.so.2", "B_1")
                .defines("A_1")
                .build();
            assert!(read_all(&sound).is_some());
            for at in 0..sound.len() {
                for value in [[0xff; 8], [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]] {
                    for width in [2, 4, 8] {
                        let mut damaged = sound.clone();
                        let end = sound.len().min(at + width);
                        damaged[at..end].copy_from_slice(&value[..end - at]);
                        read_all(&damaged);
                    }
                }
                read_all(&sound[..at]);
            }
        }
    }

    #[test]
    fn more_segments_than_a_loader_takes() {
        let mut bytes = Library::new(Machine::Little64, 62, "liba.so.1").build();
        bytes[56..58].copy_from_slice(&3000_u16.to_le_bytes());
        bytes.resize(64 + 3000 * 56, 0);
        assert_eq!(File::parse(&head(&bytes)).err(), Some(Fault::Segments));
    }
}
