//! The file format of a cache (`sysdeps/generic/dl-cache.h`, `elf/cache.c`).

use std::collections::BTreeSet;

use ::elf::ld_cache::{ENTRY, EXTENSION_MAGIC, HEADER, HWCAPS, HWCAP_EXTENSION, MAGIC};

use crate::ld_cache::glibc::Glibc;
use crate::ld_cache::scan::{Entry, Found};
use crate::ld_cache::strings::Strings;
use crate::ld_cache::target::Target;

/// `cache_file_new_flags_endian_little` and `…_big`.
const LITTLE_ENDIAN: u8 = 2;
const BIG_ENDIAN: u8 = 3;

/// `cache_extension_tag_generator`: the type of the section with the name of the program.
const GENERATOR: u32 = 0;

/// The whole file.
pub(crate) fn write(found: &Found, target: &Target, glibc: &Glibc) -> Vec<u8> {
    let mut file = Bytes {
        bytes: Vec::new(),
        big_endian: target.big_endian(),
    };
    let start = HEADER + ENTRY * found.entries.len();
    let (strings, places) = if glibc.has_extensions() {
        shared(found)
    } else {
        in_sequence(found)
    };
    let end = start + strings.bytes.len();
    let extension = end.next_multiple_of(4);
    let used: BTreeSet<&str> = found
        .entries
        .iter()
        .filter_map(|entry| entry.hwcaps.as_deref())
        .collect();

    file.bytes.extend_from_slice(MAGIC);
    file.numbers([found.entries.len(), strings.bytes.len()]);
    let order = if target.big_endian() {
        BIG_ENDIAN
    } else {
        LITTLE_ENDIAN
    };
    file.bytes.extend_from_slice(&[order, 0, 0, 0]);
    file.numbers([if glibc.has_extensions() { extension } else { 0 }, 0, 0, 0]);
    for (entry, (soname, path)) in found.entries.iter().zip(places) {
        file.word(entry.flags);
        file.numbers([start + soname as usize, start + path as usize]);
        file.word(entry.kernel);
        file.long(hwcap(entry, &used));
    }
    file.bytes.extend_from_slice(&strings.bytes);
    if glibc.has_extensions() {
        file.bytes.resize(extension, 0);
        let hwcaps = used
            .iter()
            .map(|name| start + strings.place(name.as_bytes()) as usize);
        file.extensions(&glibc.generator(), &hwcaps.collect::<Vec<_>>());
    }
    file.bytes
}

/// The strings, and the positions of the SONAME and the path of each entry.
type Table = (Strings, Vec<(u32, u32)>);

fn shared(found: &Found) -> Table {
    let names = found
        .entries
        .iter()
        .flat_map(|entry| [entry.soname.as_slice(), &entry.path]);
    let hwcaps = found.hwcaps.iter().map(String::as_bytes);
    let strings = Strings::shared(names.chain(hwcaps));
    let place = |entry: &Entry| (strings.place(&entry.soname), strings.place(&entry.path));
    let places = found.entries.iter().map(place).collect();
    (strings, places)
}

fn in_sequence(found: &Found) -> Table {
    let mut strings = Strings::default();
    let mut place = |entry: &Entry| {
        (
            strings.in_sequence(&entry.soname),
            strings.in_sequence(&entry.path),
        )
    };
    let places = found.entries.iter().map(&mut place).collect();
    (strings, places)
}

fn hwcap(entry: &Entry, used: &BTreeSet<&str>) -> u64 {
    match &entry.hwcaps {
        None => 0,
        Some(name) => {
            let index = used.range(..name.as_str()).count() as u64;
            HWCAP_EXTENSION | u64::from(entry.isa_level) << 32 | index
        }
    }
}

/// A buffer of numbers in the byte order of the architecture.
struct Bytes {
    bytes: Vec<u8>,
    big_endian: bool,
}

impl Bytes {
    /// Writes the name of the generator, and the positions of the hwcaps names (`write_extensions`).
    fn extensions(&mut self, generator: &str, hwcaps: &[usize]) {
        let sections = if hwcaps.is_empty() { 1 } else { 2 };
        let content = self.bytes.len() + 8 + 16 * sections;
        let hwcaps_size = 4 * hwcaps.len();
        self.word(EXTENSION_MAGIC);
        self.numbers([sections]);
        self.word(GENERATOR);
        self.numbers([0, content + hwcaps_size, generator.len()]);
        if !hwcaps.is_empty() {
            self.word(HWCAPS);
            self.numbers([0, content, hwcaps_size]);
        }
        for place in hwcaps {
            self.numbers([*place]);
        }
        self.bytes.extend_from_slice(generator.as_bytes());
    }

    /// Writes counts and positions. They fit into 32 bits, because no cache has 4 GiB.
    fn numbers<const N: usize>(&mut self, numbers: [usize; N]) {
        for number in numbers {
            self.word(u32::try_from(number).unwrap_or(u32::MAX));
        }
    }

    fn word(&mut self, number: u32) {
        self.bytes.extend(if self.big_endian {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        });
    }

    fn long(&mut self, number: u64) {
        self.bytes.extend(if self.big_endian {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        });
    }
}
