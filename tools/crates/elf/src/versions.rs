//! The versions of symbols (<https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html>).

use std::collections::BTreeMap;

use object::elf::{DT_VERDEF, DT_VERDEFNUM, DT_VERSYM};
use object::endian::Endian;

use crate::File;

/// The number of a version has 15 bits; the highest bit of an entry says that the version is not the default.
const NUMBER: u16 = 0x7fff;

/// `VER_FLG_BASE`: the definition names the file itself.
const BASE: u16 = 1;

/// The versions of the symbols of a file.
#[derive(Debug, Default)]
pub(crate) struct Versions {
    /// The number of the version of each symbol; empty if symbols have no versions.
    numbers: Vec<u16>,
    names: BTreeMap<u16, String>,
}

impl Versions {
    /// Reads the versions of `count` symbols. `None` if they are damaged.
    pub(crate) fn read(file: &File<'_>, strings: &[u8], count: u64) -> Option<Self> {
        let Some(table) = file.values(DT_VERSYM).next() else {
            return Some(Self::default());
        };
        let start = file.offset(table)?;
        let bytes = file.bytes(start..start.checked_add(count * 2)?)?;
        let endian = file.header().endian;
        let numbers = bytes.chunks_exact(2).map(|number| {
            let number = number.try_into().unwrap_or_default();
            endian.read_u16(number) & NUMBER
        });
        Some(Self {
            numbers: numbers.collect(),
            names: definitions(file, strings)?,
        })
    }

    /// The version of a symbol; an empty string if it has none.
    pub(crate) fn of(&self, symbol: usize) -> &str {
        let number = self.numbers.get(symbol);
        let name = number.and_then(|number| self.names.get(number));
        name.map_or("", String::as_str)
    }
}

/// The versions that the file defines, by their numbers, without that of the file itself.
fn definitions(file: &File<'_>, strings: &[u8]) -> Option<BTreeMap<u16, String>> {
    let mut names = BTreeMap::new();
    let Some(table) = file.values(DT_VERDEF).next() else {
        return Some(names);
    };
    let count = file.values(DT_VERDEFNUM).next()?;
    let mut at = file.offset(table)?;
    for _ in 0..count.min(NUMBER.into()) {
        let (flags, number) = (file.half(at, 2)?, file.half(at, 4)?);
        if flags & BASE == 0 {
            let name = at.checked_add(file.word(at, 12)?.into())?;
            let name = File::string(strings, file.word(name, 0)?.into())?;
            // Versions are short; no linker checks that.
            if name.len() > usize::from(u8::MAX) {
                return None;
            }
            let name = String::from_utf8_lossy(name).into_owned();
            names.insert(number & NUMBER, name);
        }
        match file.word(at, 16)? {
            0 => break,
            next => at = at.checked_add(next.into())?,
        }
    }
    Some(names)
}
