//! The format of the loader's cache, `etc/ld.so.cache` (`sysdeps/generic/dl-cache.h` of glibc), and its reader.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// `CACHEMAGIC_NEW` and `CACHE_VERSION`.
pub const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";

/// The magic number of caches until glibc 2.31, and the sizes of its header and entries.
const OLD_MAGIC: &[u8] = b"ld.so-1.7.0\0";
const OLD_HEADER: usize = 16;
const OLD_ENTRY: usize = 12;

/// The size of `struct cache_file_new` in bytes.
pub const HEADER: usize = 48;

/// The size of `struct file_entry_new` in bytes.
pub const ENTRY: usize = 24;

/// `DL_CACHE_HWCAP_EXTENSION`: the entry is for certain processors only. The low half is an index into the section of
/// their names.
pub const HWCAP_EXTENSION: u64 = 1 << 62;

/// `cache_extension_magic`: the start of the extensions.
pub const EXTENSION_MAGIC: u32 = 0xeaa4_2174;

/// `cache_extension_tag_glibc_hwcaps`: the type of the section with the names of processors.
pub const HWCAPS: u32 = 1;

/// The field of the header with the offset of the extensions.
const EXTENSION_OFFSET: usize = 32;

/// The longest path that Linux opens; no string of a cache is longer.
const MAX_STRING: usize = 4096;

/// Total size of all strings. A string counts once for each entry that refers to it, because entries may share one. A
/// cache of all libraries of Debian would have 10 MB.
const MAX_STRINGS: usize = 16 * 1024 * 1024;

/// Memory of an entry in addition to its strings.
const OVERHEAD: usize = 128;

/// The entries of a cache. The loader chooses the best entry of a name for its processor.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cache {
    entries: BTreeMap<String, Vec<Entry>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    path: String,
    flags: u32,
    hwcap: Hwcap,
}

/// The processors that may use an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hwcap {
    All,
    /// Processors that support this subdirectory of `glibc-hwcaps`.
    Named(String),
    /// The format before glibc 2.33, which uses a bit mask.
    Old,
}

impl Cache {
    /// Reads a cache.
    ///
    /// # Errors
    ///
    /// The cache is damaged, of another kind, or too large; the loader ignores such a cache. The error is the end of a
    /// sentence that begins with the path.
    pub fn read(bytes: &[u8], big_endian: bool) -> Result<Self, &'static str> {
        const DAMAGED: &str = "is damaged, or for another architecture";
        let file = Numbers { bytes, big_endian };
        let file = file.current().ok_or(DAMAGED)?;
        let table = file.table().ok_or(DAMAGED)?;
        let names = file.hwcaps().unwrap_or_default();
        let mut cache = Self::default();
        let mut left = MAX_STRINGS;
        for at in table.step_by(ENTRY) {
            let (soname, entry) = file.entry(at, &names).ok_or(DAMAGED)?;
            let size = soname.len() + entry.path.len() + OVERHEAD;
            left = left
                .checked_sub(size)
                .ok_or("has more than 16 MiB of paths")?;
            cache.entries.entry(soname).or_default().push(entry);
        }
        Ok(cache)
    }

    /// The path of a library, for a processor that supports these subdirectories of `glibc-hwcaps`, best first
    /// (`_dl_load_cache_lookup` of `elf/dl-cache.c`).
    pub fn find(&self, name: &str, flags: Option<&[u32]>, levels: &[&str]) -> Option<&str> {
        let entries = self.entries.get(name)?.iter();
        let fitting =
            entries.filter(|entry| flags.is_none_or(|flags| flags.contains(&entry.flags)));
        let ranked = fitting.filter_map(|entry| Some((entry.hwcap.rank(levels)?, entry)));
        let best = ranked.min_by_key(|(rank, _)| *rank);
        best.map(|(_, entry)| entry.path.as_str())
    }

    /// All paths in the cache, each once.
    pub fn paths(&self) -> BTreeSet<&str> {
        let entries = self.entries.values().flatten();
        entries.map(|entry| entry.path.as_str()).collect()
    }
}

impl Hwcap {
    /// The rank of an entry, 0 for the best; `None` if the processor cannot use it.
    fn rank(&self, levels: &[&str]) -> Option<usize> {
        match self {
            Self::All => Some(levels.len()),
            Self::Named(name) => levels.iter().position(|level| level == name),
            Self::Old => None,
        }
    }
}

/// The bytes of the file. Its numbers are in the byte order of the architecture.
struct Numbers<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Numbers<'_> {
    /// The part in the current format: the whole file, or the bytes after the old format.
    fn current(&self) -> Option<Self> {
        let start = if self.bytes.starts_with(OLD_MAGIC) {
            let count = self.word(OLD_MAGIC.len())? as usize;
            let end = count.checked_mul(OLD_ENTRY)?.checked_add(OLD_HEADER)?;
            end.checked_next_multiple_of(8)?
        } else {
            0
        };
        let bytes = self.bytes.get(start..)?;
        bytes.starts_with(MAGIC).then_some(Self {
            bytes,
            big_endian: self.big_endian,
        })
    }

    /// The byte range of the entries.
    fn table(&self) -> Option<Range<usize>> {
        let count = self.word(MAGIC.len())? as usize;
        let end = count.checked_mul(ENTRY)?.checked_add(HEADER)?;
        (end <= self.bytes.len()).then_some(HEADER..end)
    }

    /// The soname and the other fields of an entry.
    fn entry(&self, at: usize, names: &[String]) -> Option<(String, Entry)> {
        let halves = [self.word(at + 16)?, self.word(at + 20)?];
        let [low, high] = if self.big_endian {
            [halves[1], halves[0]]
        } else {
            halves
        };
        let hwcap = match u64::from(high) << 32 | u64::from(low) {
            0 => Hwcap::All,
            bits if bits & HWCAP_EXTENSION == 0 => Hwcap::Old,
            _ => names
                .get(low as usize)
                .map_or(Hwcap::Old, |name| Hwcap::Named(name.clone())),
        };
        let entry = Entry {
            path: self.text(self.word(at + 8)?)?,
            flags: self.word(at)?,
            hwcap,
        };
        Some((self.text(self.word(at + 4)?)?, entry))
    }

    /// The processor names that entries refer to (`cache_extension_load`). Debian has 3 of them, so the limit of 1000
    /// is generous.
    fn hwcaps(&self) -> Option<Vec<String>> {
        const MOST: usize = 1000;
        let start = self.word(EXTENSION_OFFSET)? as usize;
        if start == 0 || self.word(start)? != EXTENSION_MAGIC {
            return None;
        }
        let count = (self.word(start.checked_add(4)?)? as usize).min(MOST);
        let sections = (0..count).map(|section| start + 8 + section * 16);
        let mut hwcaps = sections.filter(|at| self.word(*at) == Some(HWCAPS));
        let at = hwcaps.next()?;
        let (place, size) = (self.word(at + 8)? as usize, self.word(at + 12)? as usize);
        let names = (0..(size / 4).min(MOST)).map(|name| self.text(self.word(place + name * 4)?));
        names.collect()
    }

    fn word(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn text(&self, at: u32) -> Option<String> {
        let rest = self.bytes.get(at as usize..)?;
        let rest = &rest[..rest.len().min(MAX_STRING)];
        let end = rest.iter().position(|byte| *byte == 0)?;
        Some(tree::escape(&rest[..end]).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache with one entry for all processors and one for some, as glibc 2.36 writes it.
    fn bytes(word: impl Fn(u32) -> [u8; 4], long: impl Fn(u64) -> [u8; 8]) -> Vec<u8> {
        let strings = (HEADER + 2 * ENTRY) as u32;
        let entry = |hwcap| {
            let words = [3, strings, strings + 10, 0].map(&word).concat();
            [words, long(hwcap).to_vec()].concat()
        };
        [
            MAGIC.to_vec(),
            [2, 21, 0, 0, 0, 0, 0].map(&word).concat(),
            entry(HWCAP_EXTENSION | 1),
            entry(0),
            b"liba.so.1\0/lib/a.so\0".to_vec(),
        ]
        .concat()
    }

    #[test]
    fn both_byte_orders_and_the_old_form() {
        let little = bytes(u32::to_le_bytes, u64::to_le_bytes);
        let big = bytes(u32::to_be_bytes, u64::to_be_bytes);
        let old = [
            OLD_MAGIC,
            &1_u32.to_le_bytes(),
            &[0; OLD_ENTRY],
            &[0; 4],
            &little,
        ]
        .concat();
        for (bytes, big_endian) in [(&little, false), (&big, true), (&old, false)] {
            let cache = Cache::read(bytes, big_endian).unwrap();
            assert_eq!(cache.find("liba.so.1", None, &[]), Some("/lib/a.so"));
            assert_eq!(cache.find("liba.so.1", Some(&[0x303]), &[]), None);
            assert_eq!(cache.find("liba.so", None, &[]), None);
            assert_eq!(cache.paths().len(), 1);
        }
    }

    #[test]
    fn damage() {
        let good = bytes(u32::to_le_bytes, u64::to_le_bytes);
        for end in 0..good.len() {
            assert!(Cache::read(&good[..end], false).is_err(), "{end}");
        }
        assert!(Cache::read(&good, true).is_err());
    }

    /// Sets each number to its extreme values: additions must not overflow (the tests run with overflow checks).
    #[test]
    fn numbers_of_any_value() {
        let good = bytes(u32::to_le_bytes, u64::to_le_bytes);
        let old = [OLD_MAGIC, &1_u32.to_le_bytes(), &[0; OLD_ENTRY + 4], &good].concat();
        for sound in [good, old] {
            for at in 0..sound.len() - 4 {
                for value in [0, 1, 48, 0x7fff_ffff_u32, u32::MAX] {
                    let mut damaged = sound.clone();
                    damaged[at..at + 4].copy_from_slice(&value.to_le_bytes());
                    let _ = Cache::read(&damaged, false);
                }
            }
        }
    }

    #[test]
    fn one_long_string_many_times() {
        let count = 100_000_usize;
        let strings = (HEADER + ENTRY * count) as u32;
        let entry = [0x303, strings, strings, 0, 0, 0]
            .map(u32::to_le_bytes)
            .concat();
        let cache = [
            MAGIC.to_vec(),
            [count as u32, 0, 2, 0, 0, 0, 0]
                .map(u32::to_le_bytes)
                .concat(),
            entry.repeat(count),
            vec![b'x'; 4000],
            vec![0],
        ];
        let read = Cache::read(&cache.concat(), false);
        assert_eq!(read, Err("has more than 16 MiB of paths"));
    }
}
