//! What the loader reads of an ELF file (System V ABI, chapter 5; "Symbol Versioning" of the Linux Standard Base).

use std::collections::BTreeSet;

use object::elf::{
    DynamicTag, FileHeader32, FileHeader64, DT_NEEDED, DT_NULL, DT_RPATH, DT_RUNPATH, DT_SONAME,
    DT_STRSZ, DT_STRTAB, DT_VERDEF, DT_VERNEED, ET_DYN, ET_EXEC, PT_LOAD, VER_FLG_BASE,
    VER_FLG_WEAK,
};
use object::endian::Endian;
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::{Endianness, FileKind, ReadRef};

use super::held::Held;
use super::machine::Machine;

/// More entries than any file has; a list that goes on is one that runs in a circle.
const MAX_VERSIONS: usize = 65_536;

/// A program or a shared library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elf {
    pub(crate) machine: Machine,
    /// The loader that it asks for.
    pub(crate) interpreter: Option<String>,
    /// The name that it gives itself.
    pub(crate) soname: Option<String>,
    /// The libraries that it needs, in their order.
    pub(crate) needed: Vec<String>,
    /// Folders of `DT_RPATH`, which count for what it loads too, unless there is a `DT_RUNPATH`.
    pub(crate) rpath: Vec<String>,
    /// Folders of `DT_RUNPATH`.
    pub(crate) runpath: Option<Vec<String>>,
    /// The versions that it needs of its libraries.
    pub(crate) needs: Vec<Need>,
    /// The versions that it defines; `None` where it defines none at all, which fits any need (`dl-version.c`).
    pub(crate) defines: Option<BTreeSet<String>>,
}

/// A need of symbols of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// The library, by the name in `needed`.
    pub(crate) library: String,
    pub(crate) version: String,
}

/// Reads a file. `Ok(None)` where it is neither program nor library: an object file, a core dump.
/// The error is the end of a sentence that begins with the path.
pub(crate) fn read(held: &Held) -> Result<Option<Elf>, String> {
    let damaged = "is a damaged ELF file: its header cannot be read";
    match FileKind::parse(held) {
        Ok(FileKind::Elf32) => read_class::<FileHeader32<Endianness>>(held),
        Ok(FileKind::Elf64) => read_class::<FileHeader64<Endianness>>(held),
        _ => Err(damaged.to_owned()),
    }
}

fn read_class<F: FileHeader<Endian = Endianness>>(held: &Held) -> Result<Option<Elf>, String> {
    let damaged = |what: &str| format!("is a damaged ELF file: its {what} cannot be read");
    let header = F::parse(held).map_err(|_| damaged("header"))?;
    let endian = header.endian().map_err(|_| damaged("header"))?;
    if ![ET_DYN, ET_EXEC].contains(&header.e_type(endian)) {
        return Ok(None);
    }
    let segments = header
        .program_headers(endian, held)
        .map_err(|_| damaged("list of segments"))?;
    let mut elf = Elf {
        machine: Machine::of(header, endian),
        interpreter: None,
        soname: None,
        needed: Vec::new(),
        rpath: Vec::new(),
        runpath: None,
        needs: Vec::new(),
        defines: None,
    };
    for segment in segments {
        match segment.interpreter(endian, held) {
            Ok(Some(path)) => elf.interpreter = Some(text(path)),
            Ok(None) => {}
            Err(_) => return Err(damaged("interpreter")),
        }
    }
    let mut dynamic: Vec<(DynamicTag, u64)> = Vec::new();
    for segment in segments {
        let entries = segment.dynamic(endian, held);
        for entry in entries
            .map_err(|_| damaged("dynamic section"))?
            .into_iter()
            .flatten()
        {
            match entry.tag(endian) {
                DT_NULL => break,
                tag => dynamic.push((tag, entry.val(endian))),
            }
        }
    }
    let table = Table::<F> {
        held,
        endian,
        segments,
        dynamic,
    };
    table
        .read(&mut elf)
        .ok_or_else(|| damaged("dynamic section"))?;
    Ok(Some(elf))
}

/// The dynamic section, and what is needed to follow it.
struct Table<'a, F: FileHeader> {
    held: &'a Held,
    endian: Endianness,
    segments: &'a [F::ProgramHeader],
    dynamic: Vec<(DynamicTag, u64)>,
}

impl<F: FileHeader<Endian = Endianness>> Table<'_, F> {
    fn read(&self, elf: &mut Elf) -> Option<()> {
        if self.dynamic.is_empty() {
            return Some(());
        }
        let strings = self.strings()?;
        let all = |tag| {
            let values = self.values(tag).map(|at| string(strings, at));
            values.collect::<Option<Vec<_>>>()
        };
        elf.needed = all(DT_NEEDED)?;
        elf.soname = all(DT_SONAME)?.pop();
        elf.rpath = folders(all(DT_RPATH)?);
        let runpath = all(DT_RUNPATH)?;
        elf.runpath = (!runpath.is_empty()).then(|| folders(runpath));
        if let Some(at) = self.values(DT_VERNEED).next() {
            elf.needs = self.needs(self.offset(at)?, strings)?;
        }
        if let Some(at) = self.values(DT_VERDEF).next() {
            elf.defines = Some(self.definitions(self.offset(at)?, strings)?);
        }
        Some(())
    }

    fn values(&self, wanted: DynamicTag) -> impl Iterator<Item = u64> + '_ {
        let entries = self.dynamic.iter();
        entries
            .filter(move |(tag, _)| *tag == wanted)
            .map(|(_, value)| *value)
    }

    fn strings(&self) -> Option<&[u8]> {
        let at = self.offset(self.values(DT_STRTAB).next()?)?;
        self.held
            .read_bytes_at(at, self.values(DT_STRSZ).next()?)
            .ok()
    }

    /// Where in the file an address of the memory is.
    fn offset(&self, address: u64) -> Option<u64> {
        self.segments.iter().find_map(|segment| {
            let start: u64 = segment.p_vaddr(self.endian).into();
            let size: u64 = segment.p_filesz(self.endian).into();
            let offset: u64 = segment.p_offset(self.endian).into();
            let within = address.checked_sub(start).filter(|within| *within < size)?;
            (segment.p_type(self.endian) == PT_LOAD).then(|| offset.checked_add(within))?
        })
    }

    /// `Elf_Verneed` and the `Elf_Vernaux` of each.
    fn needs(&self, mut at: u64, strings: &[u8]) -> Option<Vec<Need>> {
        let mut needs = Vec::new();
        loop {
            let library = string(strings, self.word(at + 4)?.into())?;
            let mut auxiliary = at.checked_add(self.word(at + 8)?.into())?;
            for _ in 0..self.half(at + 2)? {
                let is_weak = self.half(auxiliary + 4)? & VER_FLG_WEAK.0 != 0;
                if !is_weak {
                    needs.push(Need {
                        library: library.clone(),
                        version: string(strings, self.word(auxiliary + 8)?.into())?,
                    });
                }
                auxiliary = auxiliary.checked_add(self.word(auxiliary + 12)?.into())?;
            }
            match self.word(at + 12)? {
                _ if needs.len() > MAX_VERSIONS => return None,
                0 => return Some(needs),
                next => at = at.checked_add(next.into())?,
            }
        }
    }

    /// `Elf_Verdef` and the first `Elf_Verdaux` of each, which is its name. The base is the library's own name, no version.
    fn definitions(&self, mut at: u64, strings: &[u8]) -> Option<BTreeSet<String>> {
        let mut definitions = BTreeSet::new();
        for _ in 0..MAX_VERSIONS {
            if self.half(at + 2)? & VER_FLG_BASE.0 == 0 {
                let name = at.checked_add(self.word(at + 12)?.into())?;
                definitions.insert(string(strings, self.word(name)?.into())?);
            }
            match self.word(at + 16)? {
                0 => return Some(definitions),
                next => at = at.checked_add(next.into())?,
            }
        }
        None
    }

    fn half(&self, at: u64) -> Option<u16> {
        let bytes = self.held.read_bytes_at(at, 2).ok()?;
        Some(self.endian.read_u16(bytes.try_into().ok()?))
    }

    fn word(&self, at: u64) -> Option<u32> {
        let bytes = self.held.read_bytes_at(at, 4).ok()?;
        Some(self.endian.read_u32(bytes.try_into().ok()?))
    }
}

fn string(strings: &[u8], at: u64) -> Option<String> {
    let rest = strings.get(usize::try_from(at).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(text(&rest[..end]))
}

/// For messages, so on one line.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().filter(|c| !c.is_control()).collect()
}

fn folders(lists: Vec<String>) -> Vec<String> {
    let folders = lists.iter().flat_map(|list| list.split(':'));
    folders.map(str::to_owned).collect()
}
