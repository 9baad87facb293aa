//! The loader's cache, `etc/ld.so.cache` (`sysdeps/generic/dl-cache.h` of glibc).

const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";

/// What caches began with until glibc 2.31, and the sizes of its header and entries.
const OLD_MAGIC: &[u8] = b"ld.so-1.7.0\0";
const OLD_HEADER: usize = 16;
const OLD_ENTRY: usize = 12;

/// The sizes of `struct cache_file_new` and `struct file_entry_new`.
const HEADER: usize = 48;
const ENTRY: usize = 24;

/// `DL_CACHE_HWCAP_EXTENSION`: for certain processors only.
const HWCAP_EXTENSION: u64 = 1 << 62;

/// What a cache says, in its order: the loader takes the first that fits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cache(Vec<Entry>);

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    soname: String,
    path: String,
    /// Whether any processor of the architecture may take it.
    for_all: bool,
}

impl Cache {
    /// Reads a cache. `None` where it is damaged or of another kind: the loader does without it then.
    pub(crate) fn read(bytes: &[u8], big_endian: bool) -> Option<Self> {
        let start = match bytes.strip_prefix(OLD_MAGIC) {
            None => 0,
            Some(rest) => {
                let count = word(rest, 0, big_endian)? as usize;
                let end = count.checked_mul(OLD_ENTRY)?.checked_add(OLD_HEADER)?;
                end.next_multiple_of(8)
            }
        };
        let file = bytes.get(start..)?;
        file.starts_with(MAGIC).then_some(())?;
        let count = word(file, MAGIC.len(), big_endian)? as usize;
        let table = file.get(HEADER..)?;
        let table = table.get(..count.checked_mul(ENTRY)?)?;
        let entries = table.chunks_exact(ENTRY).map(|entry| {
            let text = |at| text(file, word(entry, at, big_endian)? as usize);
            let halves = [word(entry, 16, big_endian)?, word(entry, 20, big_endian)?];
            let [low, high] = match big_endian {
                true => [halves[1], halves[0]],
                false => halves,
            };
            let hwcap = u64::from(high) << 32 | u64::from(low);
            Some(Entry {
                soname: text(4)?,
                path: text(8)?,
                for_all: hwcap & HWCAP_EXTENSION == 0,
            })
        });
        entries.collect::<Option<_>>().map(Self)
    }

    /// Where libraries of this name are, the best first.
    pub(crate) fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let entries = self.0.iter();
        let entries = entries.filter(move |entry| entry.for_all && entry.soname == name);
        entries.map(|entry| entry.path.as_str())
    }

    /// All paths that it names.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|entry| entry.path.as_str())
    }
}

fn word(bytes: &[u8], at: usize, big_endian: bool) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(match big_endian {
        true => u32::from_be_bytes(bytes),
        false => u32::from_le_bytes(bytes),
    })
}

fn text(bytes: &[u8], at: usize) -> Option<String> {
    let rest = bytes.get(at..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    String::from_utf8(rest[..end].to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache with one entry for all and one for some processors, as glibc 2.36 lays it out.
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
            assert_eq!(cache.find("liba.so.1").collect::<Vec<_>>(), ["/lib/a.so"]);
            assert_eq!(cache.find("liba.so").count(), 0);
            assert_eq!(cache.paths().count(), 2);
        }
    }

    #[test]
    fn damage() {
        let good = bytes(u32::to_le_bytes, u64::to_le_bytes);
        for end in 0..good.len() {
            assert_eq!(Cache::read(&good[..end], false), None, "{end}");
        }
        assert_eq!(Cache::read(&good, true), None);
    }
}
