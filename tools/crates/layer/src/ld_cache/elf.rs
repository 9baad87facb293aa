//! The data that ldconfig reads from a library (`elf/readelflib.c`).

use ::elf::object::elf::{
    FileHeader32, FileHeader64, DT_NEEDED, DT_SONAME, DT_STRTAB, ET_DYN,
    GNU_PROPERTY_X86_ISA_1_NEEDED, NT_GNU_ABI_TAG, PT_LOAD, PT_NOTE,
};
use ::elf::object::endian::Endian;
use ::elf::object::read::elf::{FileHeader, Note, NoteIterator};
use ::elf::object::Endianness;
use ::elf::{File, Head};

use crate::ld_cache::target::{Header, ELF, LIBC6};

/// The names that identify a library of glibc 2 (`known_libs` and `interpreters` of `ldconfig.h`).
const GLIBC_LIBRARIES: [&[u8]; 2] = [b"libc.so.6\0", b"libm.so.6\0"];

/// The maximum length of a file name (`NAME_MAX`); a longer SONAME cannot be the name of a file.
const MAX_NAME: usize = 255;

/// The maximum number of notes; Debian's libraries have 4 at most.
const MAX_NOTES: usize = 1024;

/// A shared library.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    pub(crate) header: Header,
    /// The flags, if the header does not decide them.
    pub(crate) plain_flags: u32,
    /// The SONAME, if it has one.
    pub(crate) soname: Option<Vec<u8>>,
    /// The oldest kernel that it supports, encoded as in the cache.
    pub(crate) kernel: u32,
    /// The bit of the highest level of the x86-64 instruction set that it requires.
    pub(crate) isa_level: u32,
}

/// Reads a file. `None` if it is not a shared library or is damaged: ldconfig skips such files.
pub(crate) fn read(head: &Head) -> Option<Library> {
    let file = File::parse(head).ok()?;
    let header = *file.header();
    if header.kind != ET_DYN || file.dynamic_segment().is_none() {
        return None;
    }
    let names = Names::read(&file)?;
    let notes = if header.wide {
        Notes::read::<FileHeader64<Endianness>>(&file, |align| align)
    } else {
        Notes::read::<FileHeader32<Endianness>>(&file, |align| align as u32)
    };
    Some(Library {
        header: Header {
            machine: header.machine,
            wide: header.wide,
            flags: header.flags,
        },
        plain_flags: if names.of_glibc { LIBC6 } else { ELF },
        soname: names.soname,
        kernel: notes.kernel,
        isa_level: notes.isa_level,
    })
}

/// The names in the dynamic section.
struct Names {
    soname: Option<Vec<u8>>,
    of_glibc: bool,
}

impl Names {
    fn read(file: &File<'_>) -> Option<Self> {
        let mut segments = file.segments().iter();
        let load = segments.find(|segment| segment.kind == PT_LOAD);
        let address = load.map_or(0, |segment| segment.address.wrapping_sub(segment.offset));
        let table = file.values(DT_STRTAB).next()?;
        let strings = file.rest(table.wrapping_sub(address))?;
        let start = |at: u64| strings.get(usize::try_from(at).ok()?..);
        let mut needed = file.values(DT_NEEDED).filter_map(start);
        Some(Self {
            of_glibc: needed.any(|name| GLIBC_LIBRARIES.iter().any(|one| name.starts_with(one))),
            soname: match file.values(DT_SONAME).next() {
                Some(at) => {
                    let name = File::string(strings, at)?;
                    (name.len() <= MAX_NAME).then_some(())?;
                    Some(name.to_vec())
                }
                None => None,
            },
        })
    }
}

/// The values of the notes.
#[derive(Default)]
struct Notes {
    kernel: u32,
    isa_level: u32,
}

impl Notes {
    /// `word` converts an alignment to the type of the ELF class; for 32 bits it drops the upper half.
    fn read<F: FileHeader<Endian = Endianness>>(
        file: &File<'_>,
        word: impl Fn(u64) -> F::Word,
    ) -> Self {
        let endian = file.header().endian;
        let mut found = Self::default();
        let mut left = MAX_NOTES;
        for segment in file.segments() {
            let bytes = segment.range().and_then(|range| file.bytes(range));
            let Some(bytes) = bytes.filter(|_| segment.kind == PT_NOTE) else {
                continue;
            };
            let Ok(mut notes) = NoteIterator::<F>::new(endian, word(segment.align), bytes) else {
                continue;
            };
            while let (Ok(Some(note)), 1..) = (notes.next(), left) {
                left -= 1;
                if note.name() != b"GNU" {
                    continue;
                }
                if note.n_type(endian) == NT_GNU_ABI_TAG && found.kernel == 0 {
                    found.kernel = kernel(endian, note.desc()).unwrap_or_default();
                }
                if let Some(level) = isa_level(endian, &note) {
                    found.isa_level = level;
                }
            }
        }
        found
    }
}

/// Operating system, version, patch level and sub-level of the oldest kernel, one byte each (Linux Standard Base, "ABI
/// note tag").
fn kernel(endian: Endianness, description: &[u8]) -> Option<u32> {
    let mut number = 0;
    for word in description.get(..16)?.chunks_exact(4) {
        let word = endian.read_u32(word.try_into().ok()?);
        number = number << 8 | word & 0xff;
    }
    Some(number)
}

/// The highest level of the x86-64 instruction set that the file requires (`sysdeps/x86/elf-read-prop.h`).
fn isa_level<F: FileHeader<Endian = Endianness>>(
    endian: Endianness,
    note: &Note<F>,
) -> Option<u32> {
    let mut properties = note.gnu_properties(endian)?;
    while let Ok(Some(property)) = properties.next() {
        if property.pr_type() == GNU_PROPERTY_X86_ISA_1_NEEDED {
            let levels = property.data_u32(endian).ok()?;
            return Some(levels.checked_ilog2().unwrap_or_default());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::{Library as Made, Machine};

    fn read_bytes(bytes: &[u8]) -> Option<Library> {
        let mut head = Head::new(bytes.len() as u64);
        head.feed(bytes);
        read(&head)
    }

    /// Sets each field to its extreme values: sums must not overflow (the tests run with overflow checks).
    #[test]
    fn fields_of_any_value() {
        for (machine, number) in [
            (Machine::Little64, 62),
            (Machine::Little32, 3),
            (Machine::Big64, 22),
        ] {
            let sound = Made::new(machine, number, "liba.so.1")
                .needs("libc.so.6")
                .build();
            let library = read_bytes(&sound).unwrap();
            assert_eq!(library.soname.as_deref(), Some(b"liba.so.1".as_slice()));
            assert_eq!(library.plain_flags, LIBC6);
            for at in 0..sound.len() {
                // The value 4 is `PT_NOTE`.
                for value in [[0xff; 8], [0; 8], [4, 0, 0, 0, 4, 0, 0, 0], [0x7f; 8]] {
                    for width in [1, 2, 4, 8] {
                        let mut damaged = sound.clone();
                        let end = sound.len().min(at + width);
                        damaged[at..end].copy_from_slice(&value[..end - at]);
                        read_bytes(&damaged);
                    }
                }
                read_bytes(&sound[..at]);
            }
        }
    }

    #[test]
    fn a_name_that_no_file_has() {
        let long = Made::new(Machine::Little64, 62, &"x".repeat(256)).build();
        assert!(read_bytes(&long).is_none());
    }
}
