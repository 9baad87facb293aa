use crate::elf::Layout;

/// A symbol of a library.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub(crate) name: String,
    /// The number of its version: 1 for none.
    pub(crate) version: u16,
    pub(crate) is_defined: bool,
}

/// The parts of a library that describe its symbols, each padded to 8 bytes.
pub(crate) struct Symbols {
    /// `Elf_Sym`, after a first one that is empty.
    pub(crate) table: Vec<u8>,
    /// `DT_HASH` with one bucket.
    pub(crate) hash: Vec<u8>,
    /// `DT_VERSYM`.
    pub(crate) versions: Vec<u8>,
}

impl Symbols {
    /// `places` are the positions of the names in the string table.
    pub(crate) fn new(layout: &Layout, symbols: &[Symbol], places: &[usize]) -> Self {
        let empty = if layout.wide { 24 } else { 16 };
        let mut table = vec![0; empty];
        let mut hash = [
            layout.words([1, symbols.len() as u32 + 1]),
            layout.words([symbols.len() as u32]),
        ]
        .concat();
        let mut versions = layout.halves([0]);
        for (number, (symbol, place)) in symbols.iter().zip(places).enumerate() {
            table.extend(entry(layout, *place as u32, symbol.is_defined));
            hash.extend(layout.words([number as u32]));
            versions.extend(layout.halves([symbol.version]));
        }
        hash.extend(layout.words([0]));
        for part in [&mut table, &mut hash, &mut versions] {
            part.resize(part.len().next_multiple_of(8), 0);
        }
        Self {
            table,
            hash,
            versions,
        }
    }
}

/// A global function, without code.
fn entry(layout: &Layout, name: u32, is_defined: bool) -> Vec<u8> {
    let info = [0x12, 0];
    let section = layout.halves([u16::from(is_defined)]);
    let (name, value) = (layout.words([name]), layout.addresses([0, 0]));
    if layout.wide {
        [&name, info.as_slice(), &section, &value].concat()
    } else {
        [&name, &value, info.as_slice(), &section].concat()
    }
}
