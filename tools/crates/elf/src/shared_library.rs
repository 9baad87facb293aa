//! The names by which other programs use a shared library: its SONAME and its exported symbols.

use object::elf::{
    FileHeader32, FileHeader64, DT_SONAME, DT_SYMTAB, ET_DYN, SHN_UNDEF, STB_GLOBAL,
    STB_GNU_UNIQUE, STB_WEAK, STT_FILE, STT_SECTION,
};
use object::read::elf::{FileHeader, Sym};
use object::{Endianness, ReadRef};

use crate::symbol_count::symbol_count;
use crate::versions::Versions;
use crate::{File, Head};

/// The maximum length of a file name on Linux (`NAME_MAX`); a longer SONAME cannot be the name of a file.
const MAX_SONAME: usize = 255;

/// The maximum number of symbols. The largest libraries of Debian (LLVM, WebKit) have 100,000.
const MAX_SYMBOLS: u64 = 1_000_000;

/// The maximum total size of the names of exported symbols. Those of LLVM have 5 MB. The names of a symbol table may
/// overlap, so they can be larger than the file.
const MAX_NAMES: usize = 32 * 1024 * 1024;

/// A shared library with a SONAME.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedLibrary {
    /// The SONAME (`DT_SONAME`): `libc.so.6`.
    pub soname: String,
    /// The exported symbols, sorted, each once: `NAME`, or `NAME@VERSION` for a symbol with a version.
    ///
    /// These are the symbols of `nm --dynamic --defined-only`, without local symbols: also weak ones, data, and the
    /// absolute symbols that linkers make for versions (`GLIBC_2.2.5@GLIBC_2.2.5`). A version that is not the default
    /// for new programs is written in the same way, because the loader treats both alike.
    pub exports: Vec<String>,
}

impl SharedLibrary {
    /// Reads a file. `None` if it is not a shared object with a SONAME, if it is damaged, or if its symbols exceed a
    /// limit.
    pub fn read(head: &Head) -> Option<Self> {
        let file = File::parse(head).ok()?;
        if file.header().kind != ET_DYN {
            return None;
        }
        let strings = file.strings()?;
        let soname = File::string(strings, file.values(DT_SONAME).next()?)?;
        if soname.is_empty() || soname.len() > MAX_SONAME {
            return None;
        }
        let exports = if file.header().wide {
            exports::<FileHeader64<Endianness>>(&file, strings)?
        } else {
            exports::<FileHeader32<Endianness>>(&file, strings)?
        };
        Some(Self {
            soname: String::from_utf8_lossy(soname).into_owned(),
            exports,
        })
    }
}

/// The exported symbols of a file of this class; empty if it has no symbol table.
fn exports<F: FileHeader<Endian = Endianness>>(
    file: &File<'_>,
    strings: &[u8],
) -> Option<Vec<String>> {
    let Some(table) = file.values(DT_SYMTAB).next() else {
        return Some(Vec::new());
    };
    let count = symbol_count(file).filter(|count| *count <= MAX_SYMBOLS)?;
    let start = file.offset(table)?;
    let size = count * std::mem::size_of::<F::Sym>() as u64;
    let bytes = file.bytes(start..start.checked_add(size)?)?;
    let symbols: &[F::Sym] = bytes.read_slice_at(0, usize::try_from(count).ok()?).ok()?;
    let versions = Versions::read(file, strings, count)?;
    let endian = file.header().endian;
    let mut left = MAX_NAMES;
    let mut names = Vec::new();
    for (index, symbol) in symbols.iter().enumerate() {
        if !is_exported(symbol, endian) {
            continue;
        }
        let name = File::string(strings, symbol.st_name(endian).into())?;
        let version = versions.of(index);
        left = left.checked_sub(name.len() + version.len() + 1)?;
        let name = String::from_utf8_lossy(name);
        names.push(match version {
            "" => name.into_owned(),
            version => format!("{name}@{version}"),
        });
    }
    names.sort_unstable();
    names.dedup();
    Some(names)
}

/// Whether the loader may bind a reference of another file to the symbol.
fn is_exported<S: Sym<Endian = Endianness>>(symbol: &S, endian: Endianness) -> bool {
    let is_global = matches!(symbol.st_bind(), STB_GLOBAL | STB_WEAK | STB_GNU_UNIQUE);
    let is_name_only = matches!(symbol.st_type(), STT_SECTION | STT_FILE);
    is_global && !is_name_only && symbol.st_shndx(endian) != SHN_UNDEF
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::{Library, Machine};

    const MACHINES: [(Machine, u16); 3] = [
        (Machine::Little64, 62),
        (Machine::Little32, 3),
        (Machine::Big64, 21),
    ];

    fn library(machine: Machine, number: u16) -> Library {
        Library::new(machine, number, "liba.so.1")
            .defines("A_1")
            .defines("A_2")
            .exports("open", "A_2")
            .exports("open", "A_1")
            .exports("plain", "")
            .exports("open", "A_1")
            .imports("malloc")
    }

    fn read(bytes: &[u8]) -> Option<SharedLibrary> {
        let mut head = Head::new(bytes.len() as u64);
        head.feed(bytes);
        SharedLibrary::read(&head)
    }

    #[test]
    fn exported_symbols_of_each_class_and_byte_order() {
        for (machine, number) in MACHINES {
            let library = read(&library(machine, number).build()).unwrap();
            assert_eq!(library.soname, "liba.so.1");
            assert_eq!(library.exports, ["open@A_1", "open@A_2", "plain"]);
        }
    }

    #[test]
    fn a_library_without_symbols() {
        let library = read(&Library::new(Machine::Little64, 62, "liba.so.1").build()).unwrap();
        assert_eq!(library.exports, Vec::<String>::new());
    }

    #[test]
    fn other_files() {
        let long = "x".repeat(MAX_SONAME + 1);
        for soname in ["", &long] {
            assert_eq!(
                read(&Library::new(Machine::Little64, 62, soname).build()),
                None
            );
        }
        let mut program = library(Machine::Little64, 62).build();
        program[16] = 2;
        assert_eq!(read(&program), None);
        assert_eq!(read(b""), None);
    }

    /// Sets each field to its extreme values: sums must not overflow (the tests run with overflow checks).
    #[test]
    fn fields_of_any_value() {
        for (machine, number) in MACHINES {
            let sound = library(machine, number).build();
            for at in 0..sound.len() {
                for value in [[0xff; 8], [0; 8], [0x7f; 8], [1, 0, 0, 0, 1, 0, 0, 0]] {
                    for width in [1, 2, 4, 8] {
                        let mut damaged = sound.clone();
                        let end = sound.len().min(at + width);
                        damaged[at..end].copy_from_slice(&value[..end - at]);
                        read(&damaged);
                    }
                }
                read(&sound[..at]);
            }
        }
    }

    /// All symbols have the same long name.
    #[test]
    fn names_that_are_larger_than_the_file() {
        let name = "x".repeat(1000);
        let mut library = Library::new(Machine::Little64, 62, "liba.so.1");
        for _ in 0..MAX_NAMES / (name.len() + 1) {
            library = library.exports(&name, "");
        }
        assert_eq!(
            read(&library.build()).map(|library| library.exports.len()),
            Some(1)
        );
        let more = library.exports(&name, "");
        assert_eq!(read(&more.build()), None);
    }
}
