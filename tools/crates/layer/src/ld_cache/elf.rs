//! What ldconfig reads of a library (`elf/readelflib.c`).

use object::elf::{DynamicTag, ET_DYN, GNU_PROPERTY_X86_ISA_1_NEEDED, NT_GNU_ABI_TAG, PT_LOAD};
use object::elf::{FileHeader32, FileHeader64, DT_NEEDED, DT_NULL, DT_SONAME, DT_STRTAB};
use object::endian::Endian;
use object::read::elf::{Dyn, FileHeader, Note, ProgramHeader};
use object::{Endianness, FileKind};

use crate::ld_cache::target::{Header, ELF, LIBC6};

/// The names that mark a library of glibc 2 (`known_libs` and `interpreters` of `ldconfig.h`).
const GLIBC_LIBRARIES: [&[u8]; 2] = [b"libc.so.6", b"libm.so.6"];

/// A shared library.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    pub(crate) header: Header,
    /// The flags where the header does not decide them.
    pub(crate) plain_flags: u32,
    /// The name that it gives itself.
    pub(crate) soname: Option<Vec<u8>>,
    /// The oldest kernel that it works with, as caches have it.
    pub(crate) kernel: u32,
    /// The bit of the highest level of the x86-64 instruction set that it needs.
    pub(crate) isa_level: u32,
}

/// Reads a file. `None` where it is no shared library or a damaged one: ldconfig leaves those out.
pub(crate) fn read(data: &[u8]) -> Option<Library> {
    match FileKind::parse(data).ok()? {
        FileKind::Elf32 => read_class::<FileHeader32<Endianness>>(data),
        FileKind::Elf64 => read_class::<FileHeader64<Endianness>>(data),
        _ => None,
    }
}

fn read_class<F: FileHeader<Endian = Endianness>>(data: &[u8]) -> Option<Library> {
    let file = F::parse(data).ok()?;
    let endian = file.endian().ok()?;
    if file.e_type(endian) != ET_DYN {
        return None;
    }
    let segments = file.program_headers(endian, data).ok()?;
    let names = Names::read::<F>(endian, data, segments)?;
    let notes = Notes::read::<F>(endian, data, segments);
    Some(Library {
        header: Header {
            machine: file.e_machine(endian),
            wide: file.is_type_64(),
            flags: file.e_flags(endian).0,
        },
        plain_flags: if names.of_glibc { LIBC6 } else { ELF },
        soname: names.soname,
        kernel: notes.kernel,
        isa_level: notes.isa_level,
    })
}

/// What the dynamic section says.
struct Names {
    soname: Option<Vec<u8>>,
    of_glibc: bool,
}

impl Names {
    fn read<F: FileHeader<Endian = Endianness>>(
        endian: Endianness,
        data: &[u8],
        segments: &[F::ProgramHeader],
    ) -> Option<Self> {
        let load = segments
            .iter()
            .find(|segment| segment.p_type(endian) == PT_LOAD);
        let address = load.map_or(0, |segment| {
            let address: u64 = segment.p_vaddr(endian).into();
            address.wrapping_sub(segment.p_offset(endian).into())
        });
        let dynamic = segments
            .iter()
            .find_map(|segment| segment.dynamic(endian, data).ok()?)?;
        let entries: Vec<(DynamicTag, u64)> = dynamic
            .iter()
            .map(|entry| (entry.tag(endian), entry.val(endian)))
            .take_while(|(tag, _)| *tag != DT_NULL)
            .collect();
        let table = entries.iter().find(|(tag, _)| *tag == DT_STRTAB)?.1;
        let table = usize::try_from(table.wrapping_sub(address)).ok()?;
        let strings = data.get(table..)?;
        let values = |wanted| entries.iter().filter(move |(tag, _)| *tag == wanted);
        let mut needed = values(DT_NEEDED).filter_map(|(_, at)| text(strings, *at));
        Some(Self {
            of_glibc: needed.any(|name| GLIBC_LIBRARIES.contains(&name)),
            soname: match values(DT_SONAME).next() {
                Some((_, at)) => Some(text(strings, *at)?.to_vec()),
                None => None,
            },
        })
    }
}

fn text(strings: &[u8], at: u64) -> Option<&[u8]> {
    let rest = strings.get(usize::try_from(at).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(&rest[..end])
}

/// What the notes say.
#[derive(Default)]
struct Notes {
    kernel: u32,
    isa_level: u32,
}

impl Notes {
    fn read<F: FileHeader<Endian = Endianness>>(
        endian: Endianness,
        data: &[u8],
        segments: &[F::ProgramHeader],
    ) -> Self {
        let mut found = Self::default();
        for segment in segments {
            let Ok(Some(mut notes)) = segment.notes(endian, data) else {
                continue;
            };
            while let Ok(Some(note)) = notes.next() {
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

/// System, version, patch level and sub-level of the oldest kernel, in a byte each (Linux Standard Base, "ABI note tag").
fn kernel(endian: Endianness, description: &[u8]) -> Option<u32> {
    let mut number = 0;
    for word in description.get(..16)?.chunks_exact(4) {
        let word = endian.read_u32(word.try_into().ok()?);
        number = number << 8 | word & 0xff;
    }
    Some(number)
}

/// The highest level of the x86-64 instruction set that the file says it needs (`sysdeps/x86/elf-read-prop.h`).
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
