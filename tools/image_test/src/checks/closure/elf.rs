//! The fields of an ELF file that the loader reads (System V ABI, chapter 5; "Symbol Versioning" of the Linux Standard
//! Base).

use std::collections::BTreeSet;
use std::sync::Arc;

use ::elf::object::elf::{
    DynamicTag, DF_1_NODEFLIB, DT_AUXILIARY, DT_FILTER, DT_FLAGS_1, DT_NEEDED, DT_RPATH,
    DT_RUNPATH, DT_SONAME, DT_VERDEF, DT_VERNEED, ET_DYN, ET_EXEC, VER_FLG_BASE, VER_FLG_WEAK,
};
use ::elf::{Fault, File, Head};

use super::machine::Machine;
use super::names::{Names, TooMany};

/// Largest number of version records in a file. libstdc++, with the most in Debian, has 60. The limit ends lists that
/// form a cycle.
const MAX_VERSIONS: usize = 65_536;

/// A program or a shared library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elf {
    pub(crate) machine: Machine,
    /// The path of its loader.
    pub(crate) interpreter: Option<Arc<str>>,
    /// Its own name (`DT_SONAME`).
    pub(crate) soname: Option<Arc<str>>,
    /// The libraries that it needs, in the order of the file.
    pub(crate) needed: Vec<Needed>,
    /// The directories of `DT_RPATH`, separated by colons; `None` if there is a `DT_RUNPATH`.
    pub(crate) rpath: Option<Arc<str>>,
    /// The directories of `DT_RUNPATH`, separated by colons.
    pub(crate) runpath: Option<Arc<str>>,
    /// Whether the loader skips the default directories for its libraries (`DF_1_NODEFLIB`).
    pub(crate) without_defaults: bool,
    /// The symbol versions that it needs.
    pub(crate) versions: Vec<Version>,
    /// The versions that it defines. `None` if it defines none, which satisfies every need (`dl-version.c`).
    pub(crate) defines: Option<BTreeSet<Arc<str>>>,
}

/// A library that a file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) name: Arc<str>,
    /// Whether the program starts without it (`DT_AUXILIARY`).
    pub(crate) optional: bool,
}

/// A symbol version that a file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// The library, by its name in `needed`.
    pub(crate) library: Arc<str>,
    pub(crate) version: Arc<str>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The end of a sentence that begins with the path.
    Damaged(&'static str),
    /// The ELF files of the image have too many names.
    TooMany,
}

impl From<TooMany> for Unreadable {
    fn from(_: TooMany) -> Self {
        Self::TooMany
    }
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        Self::Damaged(match fault {
            Fault::Header => "is a damaged ELF file: its header cannot be read",
            Fault::Segments => "is a damaged ELF file: its list of segments cannot be read",
            Fault::Interpreter => "is a damaged ELF file: its interpreter cannot be read",
            Fault::Dynamic => "is a damaged ELF file: its dynamic section cannot be read",
        })
    }
}

/// Reads a file. Returns `Ok(None)` for object files and core dumps, which are neither programs nor libraries.
pub(crate) fn read(head: &Head, names: &mut Names) -> Result<Option<Elf>, Unreadable> {
    let file = File::parse(head)?;
    let header = file.header();
    if ![ET_DYN, ET_EXEC].contains(&header.kind) {
        return Ok(None);
    }
    names.count_file()?;
    let interpreter = file.interpreter()?.map(|path| names.keep(path));
    let mut elf = Elf {
        machine: Machine::of(header),
        interpreter: interpreter.transpose()?,
        soname: None,
        needed: Vec::new(),
        rpath: None,
        runpath: None,
        without_defaults: false,
        versions: Vec::new(),
        defines: None,
    };
    if file.has_dynamic()? {
        let strings = file.strings().ok_or(Fault::Dynamic)?;
        Dynamic {
            file: &file,
            strings,
            names,
        }
        .read(&mut elf)?;
    }
    Ok(Some(elf))
}

/// The dynamic section, and the tables that it refers to.
struct Dynamic<'a> {
    file: &'a File<'a>,
    strings: &'a [u8],
    names: &'a mut Names,
}

impl Dynamic<'_> {
    fn read(&mut self, elf: &mut Elf) -> Result<(), Unreadable> {
        // In the order of the file: the loader treats the libraries of a filter like the others.
        for (tag, at) in self.file.entries() {
            if [DT_NEEDED, DT_FILTER, DT_AUXILIARY].contains(&tag) {
                elf.needed.push(Needed {
                    name: self.string(at)?,
                    optional: tag == DT_AUXILIARY,
                });
            }
        }
        elf.soname = self.last(DT_SONAME)?;
        elf.runpath = self.last(DT_RUNPATH)?;
        if elf.runpath.is_none() {
            elf.rpath = self.last(DT_RPATH)?;
        }
        let flags = self.file.values(DT_FLAGS_1).last();
        elf.without_defaults = flags.is_some_and(|flags| flags & DF_1_NODEFLIB.0 != 0);
        if let Some(at) = self.file.values(DT_VERNEED).last() {
            elf.versions = self.needs(self.offset(at)?)?;
        }
        if let Some(at) = self.file.values(DT_VERDEF).last() {
            elf.defines = Some(self.definitions(self.offset(at)?)?);
        }
        Ok(())
    }

    /// If an entry that must be unique is repeated, the loader uses the last one (`get-dynamic-info.h`).
    fn last(&mut self, tag: DynamicTag) -> Result<Option<Arc<str>>, Unreadable> {
        let value = self.file.values(tag).last();
        value.map(|at| self.string(at)).transpose()
    }

    fn string(&mut self, at: u64) -> Result<Arc<str>, Unreadable> {
        let string = File::string(self.strings, at).ok_or(Fault::Dynamic)?;
        Ok(self.names.keep(string)?)
    }

    fn offset(&self, address: u64) -> Result<u64, Fault> {
        self.file.offset(address).ok_or(Fault::Dynamic)
    }

    /// `Elf_Verneed` and the `Elf_Vernaux` of each.
    fn needs(&mut self, mut at: u64) -> Result<Vec<Version>, Unreadable> {
        let mut needs = Vec::new();
        let mut left = MAX_VERSIONS;
        loop {
            let library = self.string(self.word(at, 4)?.into())?;
            let mut auxiliary = add(at, self.word(at, 8)?)?;
            for _ in 0..self.half(at, 2)? {
                left = left.checked_sub(1).ok_or(Fault::Dynamic)?;
                let is_weak = self.half(auxiliary, 4)? & VER_FLG_WEAK.0 != 0;
                if !is_weak {
                    needs.push(Version {
                        library: Arc::clone(&library),
                        version: self.string(self.word(auxiliary, 8)?.into())?,
                    });
                }
                auxiliary = add(auxiliary, self.word(auxiliary, 12)?)?;
            }
            left = left.checked_sub(1).ok_or(Fault::Dynamic)?;
            match self.word(at, 12)? {
                0 => return Ok(needs),
                next => at = add(at, next)?,
            }
        }
    }

    /// `Elf_Verdef` and the first `Elf_Verdaux` of each, which is its name. The base entry is the name of the library,
    /// not a version.
    fn definitions(&mut self, mut at: u64) -> Result<BTreeSet<Arc<str>>, Unreadable> {
        let mut definitions = BTreeSet::new();
        for _ in 0..MAX_VERSIONS {
            if self.half(at, 2)? & VER_FLG_BASE.0 == 0 {
                let name = add(at, self.word(at, 12)?)?;
                definitions.insert(self.string(self.word(name, 0)?.into())?);
            }
            match self.word(at, 16)? {
                0 => return Ok(definitions),
                next => at = add(at, next)?,
            }
        }
        Err(Fault::Dynamic.into())
    }

    fn half(&self, at: u64, behind: u64) -> Result<u16, Fault> {
        self.file.half(at, behind).ok_or(Fault::Dynamic)
    }

    fn word(&self, at: u64, behind: u64) -> Result<u32, Fault> {
        self.file.word(at, behind).ok_or(Fault::Dynamic)
    }
}

fn add(at: u64, more: u32) -> Result<u64, Fault> {
    at.checked_add(more.into()).ok_or(Fault::Dynamic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::{Library, Machine as Kind};

    fn read_bytes(bytes: &[u8]) -> Result<Option<Elf>, Unreadable> {
        let mut head = Head::new(bytes.len() as u64);
        head.feed(bytes);
        read(&head, &mut Names::default())
    }

    /// Sets each field to its extreme values: additions must not overflow (the tests run with overflow checks), and
    /// every loop must end.
    #[test]
    fn fields_of_any_value() {
        for (kind, number) in [(Kind::Little64, 62), (Kind::Little32, 3), (Kind::Big64, 22)] {
            let sound = Library::new(kind, number, "liba.so.1")
                .interpreter("/lib/ld.so")
                .needs("libb.so.2")
                .rpath("/x")
                .needs_version("libb.so.2", "B_1")
                .defines("A_1")
                .build();
            assert!(matches!(read_bytes(&sound), Ok(Some(_))));
            for at in 0..sound.len() {
                for value in [[0xff; 8], [0; 8], [1, 0, 0, 0, 0, 0, 0, 1], [0x7f; 8]] {
                    for width in [1, 2, 4, 8] {
                        let mut damaged = sound.clone();
                        let end = sound.len().min(at + width);
                        damaged[at..end].copy_from_slice(&value[..end - at]);
                        let _ = read_bytes(&damaged);
                    }
                }
                let _ = read_bytes(&sound[..at]);
            }
        }
    }
}
