use crate::elf::Layout;
use crate::symbols::{Symbol, Symbols};
use crate::Machine;

/// A builder of shared libraries and programs with headers, names and versions, but without code.
#[derive(Clone, Debug)]
pub struct Library {
    machine: Machine,
    number: u16,
    flags: u32,
    soname: String,
    interpreter: Option<String>,
    needed: Vec<String>,
    /// Tags and directories.
    paths: Vec<(usize, String)>,
    needs: Vec<(String, String)>,
    defines: Vec<String>,
    symbols: Vec<Symbol>,
    gap: usize,
}

/// Segment types, and tags of the dynamic section that the loader reads.
const LOAD: u32 = 1;
const DYNAMIC: u32 = 2;
const INTERP: u32 = 3;
const NEEDED: usize = 1;
const HASH: usize = 4;
const STRING_TABLE: usize = 5;
const SYMBOL_TABLE: usize = 6;
const STRING_SIZE: usize = 10;
const SONAME: usize = 14;
const RPATH: usize = 15;
const RUNPATH: usize = 29;
const VERSYM: usize = 0x6fff_fff0;
const VERDEF: usize = 0x6fff_fffc;
const VERDEF_COUNT: usize = 0x6fff_fffd;
const VERNEED: usize = 0x6fff_fffe;
const VERNEED_COUNT: usize = 0x6fff_ffff;

impl Library {
    /// A library with this SONAME for the architecture number (`e_machine`).
    pub fn new(machine: Machine, number: u16, soname: &str) -> Self {
        Self {
            machine,
            number,
            flags: 0,
            soname: soname.to_owned(),
            interpreter: None,
            needed: Vec::new(),
            paths: Vec::new(),
            needs: Vec::new(),
            defines: Vec::new(),
            symbols: Vec::new(),
            gap: 0,
        }
    }

    /// Sets the flags (`e_flags`).
    pub fn flags(mut self, flags: u32) -> Self {
        self.flags = flags;
        self
    }

    /// Sets the loader, which makes it a program.
    pub fn interpreter(mut self, path: &str) -> Self {
        self.interpreter = Some(path.to_owned());
        self
    }

    /// Adds a needed library.
    pub fn needs(mut self, library: &str) -> Self {
        self.needed.push(library.to_owned());
        self
    }

    /// Adds a needed symbol version of a library.
    pub fn needs_version(mut self, library: &str, version: &str) -> Self {
        self.needs.push((library.to_owned(), version.to_owned()));
        self
    }

    /// Adds a defined symbol version.
    pub fn defines(mut self, version: &str) -> Self {
        self.defines.push(version.to_owned());
        self
    }

    /// Adds an exported symbol, with a version that [`Library::defines`] has added, or an empty text.
    pub fn exports(mut self, name: &str, version: &str) -> Self {
        let known = self.defines.iter().position(|known| known == version);
        self.symbols.push(Symbol {
            name: name.to_owned(),
            version: known.map_or(1, |at| at as u16 + 2),
            is_defined: true,
        });
        self
    }

    /// Adds a symbol that another library has.
    pub fn imports(mut self, name: &str) -> Self {
        self.symbols.push(Symbol {
            name: name.to_owned(),
            version: 1,
            is_defined: false,
        });
        self
    }

    /// Sets directories to search for libraries (`DT_RUNPATH`).
    pub fn runpath(mut self, directories: &str) -> Self {
        self.paths.push((RUNPATH, directories.to_owned()));
        self
    }

    /// Sets directories to search for libraries, also for indirectly needed ones (`DT_RPATH`).
    pub fn rpath(mut self, directories: &str) -> Self {
        self.paths.push((RPATH, directories.to_owned()));
        self
    }

    /// Adds this number of bytes before the dynamic section.
    pub fn gap(mut self, bytes: usize) -> Self {
        self.gap = bytes;
        self
    }

    /// The file (System V ABI, chapters 4 and 5): headers, names, versions, the gap, the dynamic section.
    pub fn build(&self) -> Vec<u8> {
        let layout = Layout::of(self.machine);
        let (header, segment) = if layout.wide { (64, 56) } else { (52, 32) };
        let segments = 2 + usize::from(self.interpreter.is_some());
        let mut strings = Strings(vec![0]);
        let names = header + segments * segment;

        let needs: Vec<_> = self
            .needs
            .iter()
            .map(|(library, version)| [strings.add(library), strings.add(version)])
            .collect();
        let defines: Vec<_> = self.defines.iter().map(|name| strings.add(name)).collect();
        let places: Vec<_> = self
            .symbols
            .iter()
            .map(|symbol| strings.add(&symbol.name))
            .collect();
        let symbols = Symbols::new(&layout, &self.symbols, &places);
        let mut entries: Vec<[usize; 2]> = Vec::new();
        for library in &self.needed {
            entries.push([NEEDED, strings.add(library)]);
        }
        for (tag, directories) in &self.paths {
            entries.push([*tag, strings.add(directories)]);
        }
        entries.push([SONAME, strings.add(&self.soname)]);
        let interpreter = strings.add(self.interpreter.as_deref().unwrap_or_default());
        let strings_size = strings.0.len();
        strings.0.resize(strings_size.next_multiple_of(8), 0);

        let verneed = names + strings.0.len();
        let needs = version_needs(&layout, &needs);
        let verdef = verneed + needs.len();
        let defines = version_definitions(&layout, &defines);
        let mut end = verdef + defines.len();
        if !self.symbols.is_empty() {
            for (tag, part) in [
                (SYMBOL_TABLE, &symbols.table),
                (HASH, &symbols.hash),
                (VERSYM, &symbols.versions),
            ] {
                entries.push([tag, end]);
                end += part.len();
            }
        }
        let dynamic = (end + self.gap).next_multiple_of(8);
        for (at, tag, count_tag, count, size) in [
            (
                verneed,
                VERNEED,
                VERNEED_COUNT,
                self.needs.len(),
                needs.len(),
            ),
            (
                verdef,
                VERDEF,
                VERDEF_COUNT,
                self.defines.len(),
                defines.len(),
            ),
        ] {
            if size > 0 {
                entries.extend([[tag, at], [count_tag, count]]);
            }
        }
        entries.extend([[STRING_TABLE, names], [STRING_SIZE, strings_size], [0, 0]]);
        let entries: Vec<u8> = entries
            .iter()
            .flat_map(|entry| layout.addresses(*entry))
            .collect();

        let mark = [1 + u8::from(layout.wide), 1 + u8::from(layout.big), 1];
        let end = dynamic + entries.len();
        let mut file = [
            [b"\x7fELF".as_slice(), &mark, &[0; 9]].concat(),
            // Type, machine, version; entry, program headers, section headers; flags; sizes and counts.
            layout.halves([3, self.number]),
            layout.words([1]),
            layout.addresses([0, header, 0]),
            layout.words([self.flags]),
            layout.halves([header as u16, segment as u16, segments as u16, 0, 0, 0]),
        ]
        .concat();
        if let Some(path) = &self.interpreter {
            let at = names + interpreter;
            file.extend(program_header(&layout, INTERP, at, path.len() + 1));
        }
        file.extend(program_header(&layout, LOAD, 0, end));
        file.extend(program_header(&layout, DYNAMIC, dynamic, entries.len()));
        file.extend([strings.0, needs, defines].concat());
        if !self.symbols.is_empty() {
            file.extend([symbols.table, symbols.hash, symbols.versions].concat());
        }
        file.resize(dynamic, 0);
        file.extend(entries);
        file
    }
}

/// A string table.
struct Strings(Vec<u8>);

impl Strings {
    /// The position of the text; reuses the last text if it is equal.
    fn add(&mut self, text: &str) -> usize {
        let ended = [text.as_bytes(), &[0]].concat();
        if !text.is_empty() && self.0.ends_with(&ended) {
            return self.0.len() - ended.len();
        }
        let at = self.0.len();
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
        at
    }
}

/// `Elf_Verneed` with one `Elf_Vernaux` each.
fn version_needs(layout: &Layout, needs: &[[usize; 2]]) -> Vec<u8> {
    let last = needs.len().saturating_sub(1);
    let needs = needs.iter().enumerate();
    let needs = needs.map(|(at, [library, version])| {
        let next = if at == last { 0 } else { 32 };
        [
            layout.halves([1, 1]),
            layout.words([*library as u32, 16, next]),
            layout.words([0]),
            layout.halves([0, at as u16 + 2]),
            layout.words([*version as u32, 0]),
        ]
        .concat()
    });
    needs.flatten().collect()
}

/// `Elf_Verdef` with one `Elf_Verdaux` each, padded to 32 bytes.
fn version_definitions(layout: &Layout, names: &[usize]) -> Vec<u8> {
    let last = names.len().saturating_sub(1);
    let names = names.iter().enumerate();
    let names = names.map(|(at, name)| {
        let next = if at == last { 0 } else { 32 };
        [
            layout.halves([1, 0, at as u16 + 2, 1]),
            layout.words([0, 20, next]),
            layout.words([*name as u32, 0]),
            vec![0; 4],
        ]
        .concat()
    });
    names.flatten().collect()
}

/// Memory addresses are equal to file offsets.
fn program_header(layout: &Layout, kind: u32, at: usize, size: usize) -> Vec<u8> {
    let place = layout.addresses([at, at, at, size, size]);
    if layout.wide {
        [layout.words([kind, 4]), place, layout.addresses([8])].concat()
    } else {
        [layout.words([kind]), place, layout.words([4, 8])].concat()
    }
}
