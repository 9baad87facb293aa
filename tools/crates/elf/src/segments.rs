//! The header and the segments.

use std::ops::Range;

use object::elf::{FileHeader32, FileHeader64, FileType, Machine, ProgramType, PT_DYNAMIC};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, FileKind, ReadRef};

/// The maximum number of segments: Linux refuses a table of more than 64 KiB, which is 2048 segments of 32 bytes.
const MAX_SEGMENTS: usize = 2048;

/// The damaged part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The ELF header.
    Header,
    /// The table of segments is damaged or longer than any loader accepts.
    Segments,
    /// The path of the loader (interpreter).
    Interpreter,
    /// The dynamic section, or data that it references.
    Dynamic,
}

/// The fields of an ELF header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Program, library, object file or core dump (`e_type`).
    pub kind: FileType,
    /// The architecture (`e_machine`).
    pub machine: Machine,
    /// Architecture-specific flags (`e_flags`).
    pub flags: u32,
    /// Whether the class is 64-bit (`EI_CLASS`).
    pub wide: bool,
    /// The byte order (`EI_DATA`).
    pub endian: Endianness,
}

/// A segment: a part of the file that is mapped into memory or has data for the loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The type (`p_type`).
    pub kind: ProgramType,
    /// The offset in the file.
    pub offset: u64,
    /// The address in memory.
    pub address: u64,
    /// The size in the file.
    pub size: u64,
    /// The alignment, a power of two or 0.
    pub align: u64,
}

impl Segment {
    /// Its range in the file; `None` if the end overflows.
    pub fn range(&self) -> Option<Range<u64>> {
        Some(self.offset..self.offset.checked_add(self.size)?)
    }
}

/// Parses the header and the table of segments of a file.
///
/// # Errors
///
/// The header or the table of segments is damaged.
pub(crate) fn parse<'a>(file: impl ReadRef<'a>) -> Result<(Header, Vec<Segment>), Fault> {
    match FileKind::parse(file) {
        Ok(FileKind::Elf32) => parse_class::<FileHeader32<Endianness>>(file),
        Ok(FileKind::Elf64) => parse_class::<FileHeader64<Endianness>>(file),
        _ => Err(Fault::Header),
    }
}

fn parse_class<'a, F: FileHeader<Endian = Endianness>>(
    data: impl ReadRef<'a>,
) -> Result<(Header, Vec<Segment>), Fault> {
    let file = F::parse(data).map_err(|_| Fault::Header)?;
    let endian = file.endian().map_err(|_| Fault::Header)?;
    let table = file.program_headers(endian, data);
    let table = table.map_err(|_| Fault::Segments)?;
    if table.len() > MAX_SEGMENTS {
        return Err(Fault::Segments);
    }
    let segment = |segment: &F::ProgramHeader| Segment {
        kind: segment.p_type(endian),
        offset: segment.p_offset(endian).into(),
        address: segment.p_vaddr(endian).into(),
        size: segment.p_filesz(endian).into(),
        align: segment.p_align(endian).into(),
    };
    let header = Header {
        kind: file.e_type(endian),
        machine: file.e_machine(endian),
        flags: file.e_flags(endian).0,
        wide: file.is_type_64(),
        endian,
    };
    Ok((header, table.iter().map(segment).collect()))
}

/// The segment of the dynamic section; `None` for a static program.
pub(crate) fn dynamic(segments: &[Segment]) -> Option<&Segment> {
    segments.iter().find(|segment| segment.kind == PT_DYNAMIC)
}
