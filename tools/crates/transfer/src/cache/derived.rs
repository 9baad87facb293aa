//! Content that was derived from downloads: large texts that compress well and that every run reads.
//!
//! A file has the blocks of a text, each compressed by itself
//! ([LZ4 block format](https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md)), the compressed size of each block in
//! bytes (`u32`, little-endian), and [`MAGIC`]. The size of the text, and so the number of blocks, is known from its name.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use blob::cached::touch;
use blob::{AtomicFile, Blob, Error, HashingWriter, Result, ResultExt};
use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

use super::files::{is_own, make_directory_of, open};
use super::store::Cache;

/// The size of a block in bytes: a resolution decompresses one for most packages that it looks at, whose paragraphs have about
/// a kilobyte. An index in LZ4 has 1.6 times the bytes of one in zstd, and a resolution takes 0.5 to 0.7 of the time.
const BLOCK: usize = 16 << 10;

/// The last bytes of a file. They change with its format.
const MAGIC: &[u8; 16] = b"derived blocks 1";

/// The bytes of a compressed size.
const SIZE: usize = 4;

/// The largest size, which is also the limit of an index; a larger size is a mistake.
const MAX_SIZE: u64 = 128 << 20;

impl Cache {
    /// Begins to store derived content. `None` if it is stored already, or if there is no cache. A file that is there but
    /// cannot be used (a link) is replaced.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn derived_writer(&self, blob: &Blob) -> Result<Option<DerivedWriter>> {
        let is_stored = |path: &PathBuf| open(path, OpenOptions::new().read(true)).is_some();
        let Some(path) = self.derived(blob).filter(|path| !is_stored(path)) else {
            return Ok(None);
        };
        make_directory_of(&path)?;
        let file = AtomicFile::create(&path)?;
        Ok(Some(DerivedWriter {
            path,
            file,
            block: Vec::with_capacity(BLOCK),
            packed: vec![0; get_maximum_output_size(BLOCK)],
            table: Vec::new(),
        }))
    }

    /// Returns derived content if it exists and matches its name. Content that does not match is removed, so that it
    /// can be stored again.
    pub fn get_derived(&self, blob: &Blob) -> Option<Vec<u8>> {
        let (path, file) = self.open_derived(blob)?;
        let bytes = Blocks::read(file, blob.size).and_then(|blocks| blocks.verified(blob));
        if bytes.is_none() {
            let _ = std::fs::remove_file(path);
        }
        bytes
    }

    /// Returns derived content in blocks, if it exists and only this user could write it. It is not verified: a result
    /// ([`Cache::find_result`]) has a hash of each block.
    pub fn derived_blocks(&self, blob: &Blob) -> Option<Blocks> {
        if !self.is_own(&["derived", "results"]) {
            return None;
        }
        let (_, file) = self.open_derived(blob).filter(|(_, file)| is_own(file))?;
        Blocks::read(file, blob.size)
    }

    /// The path of stored content, and its file, marked as used.
    fn open_derived(&self, blob: &Blob) -> Option<(PathBuf, File)> {
        let path = self.derived(blob).filter(|_| blob.size <= MAX_SIZE)?;
        let file = open(&path, OpenOptions::new().read(true))?;
        touch(&file);
        Some((path, file))
    }

    fn derived(&self, blob: &Blob) -> Option<PathBuf> {
        Some(self.path("derived", &blob.digest)?.with_extension("blocks"))
    }
}

/// Derived content that arrives in parts. Without [`DerivedWriter::commit`], nothing is stored.
pub struct DerivedWriter {
    path: PathBuf,
    file: AtomicFile,
    /// The beginning of a block.
    block: Vec<u8>,
    /// A place for a compressed block.
    packed: Vec<u8>,
    /// The compressed sizes of the blocks that were written.
    table: Vec<u8>,
}

impl DerivedWriter {
    /// Adds a part of any size.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn write(&mut self, mut part: &[u8]) -> Result<()> {
        while self.block.len() + part.len() >= BLOCK {
            let (end, rest) = part.split_at(BLOCK - self.block.len());
            if self.block.is_empty() {
                self.write_block(end)?;
            } else {
                self.block.extend_from_slice(end);
                self.write_rest()?;
            }
            part = rest;
        }
        self.block.extend_from_slice(part);
        Ok(())
    }

    /// Ends the content and stores it.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn commit(mut self) -> Result<()> {
        if !self.block.is_empty() {
            self.write_rest()?;
        }
        self.table.extend(MAGIC);
        let written = self.file.write_all(&self.table);
        written.cannot("write", self.path.display())?;
        self.file.commit()
    }

    fn write_rest(&mut self) -> Result<()> {
        let mut block = std::mem::take(&mut self.block);
        self.write_block(&block)?;
        block.clear();
        self.block = block;
        Ok(())
    }

    fn write_block(&mut self, block: &[u8]) -> Result<()> {
        let size = compress_into(block, &mut self.packed);
        let size = size.map_err(|error| Error::cannot("compress", self.path.display(), error))?;
        let written = self.file.write_all(&self.packed[..size]);
        written.cannot("write", self.path.display())?;
        self.table.extend((size as u32).to_le_bytes());
        Ok(())
    }
}

/// Compressed blocks of derived content. Each is read from the file when it is asked for.
pub struct Blocks {
    file: File,
    /// The position of each compressed block.
    positions: Vec<Range<u64>>,
    /// The size of the content in bytes.
    size: usize,
}

impl Blocks {
    /// The size of each block but the last in bytes.
    pub const SIZE: usize = BLOCK;

    fn read(file: File, size: u64) -> Option<Self> {
        let size = usize::try_from(size).ok()?;
        let count = size.div_ceil(BLOCK);
        let mut table = vec![0; SIZE * count + MAGIC.len()];
        let packed = file.metadata().ok()?.len();
        let packed = packed.checked_sub(table.len() as u64)?;
        file.read_exact_at(&mut table, packed).ok()?;
        let sizes = table.strip_suffix(MAGIC)?;
        let mut positions = Vec::with_capacity(count);
        let mut from = 0;
        for size in sizes.chunks(SIZE) {
            let end = from + u64::from(u32::from_le_bytes(*size.first_chunk()?));
            positions.push(from..end);
            from = end;
        }
        (from == packed).then_some(Self {
            file,
            positions,
            size,
        })
    }

    /// Decompresses a block. `None` if there is none with this number, or if it is damaged.
    pub fn get(&self, number: usize) -> Option<Vec<u8>> {
        let from = number.checked_mul(BLOCK)?;
        let mut block = vec![0; self.size.checked_sub(from)?.min(BLOCK)];
        self.get_into(number, &mut block, &mut Vec::new())?;
        Some(block)
    }

    /// Decompresses a block, which has as many bytes as `block`. `packed` is a place for its compressed bytes.
    fn get_into(&self, number: usize, block: &mut [u8], packed: &mut Vec<u8>) -> Option<()> {
        let position = self.positions.get(number)?;
        let size = usize::try_from(position.end - position.start).ok()?;
        if size > get_maximum_output_size(BLOCK) {
            return None;
        }
        packed.resize(size, 0);
        self.file.read_exact_at(packed, position.start).ok()?;
        let count = decompress_into(packed, block).ok()?;
        (count == block.len()).then_some(())
    }

    /// All bytes, if they match their name. Decompresses on this thread while another one hashes finished blocks.
    fn verified(&self, blob: &Blob) -> Option<Vec<u8>> {
        let mut bytes = vec![0; self.size];
        let mut packed = Vec::new();
        let found = thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel::<&[u8]>();
            let hashing = scope.spawn(move || {
                let mut hash = HashingWriter::new(io::sink());
                let written = receiver.iter().try_for_each(|block| hash.write_all(block));
                written.ok().map(|()| hash.finish().1)
            });
            for (number, block) in bytes.chunks_mut(BLOCK).enumerate() {
                self.get_into(number, block, &mut packed)?;
                sender.send(block).ok()?;
            }
            drop(sender);
            hashing.join().ok()?
        });
        (found == Some(*blob)).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use super::*;

    impl Cache {
        /// Stores derived content in parts of different sizes.
        fn put_derived(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
            let Some(mut writer) = self.derived_writer(blob)? else {
                return Ok(());
            };
            let mut rest = bytes;
            for size in [1, BLOCK - 1, BLOCK, 5, 2 * BLOCK].into_iter().cycle() {
                let (part, after) = rest.split_at(size.min(rest.len()));
                writer.write(part)?;
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            writer.commit()
        }
    }

    /// Lines that look like an index of packages.
    fn text(size: usize) -> Vec<u8> {
        let mut text = Vec::with_capacity(size + 200);
        let mut number: u64 = 1;
        while text.len() < size {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let name = number % 60_000;
            let _ = writeln!(
                text,
                "Package: lib{name}\nVersion: {}.{}-{}\nSHA256: {number:016x}{:016x}\nDescription: the library {name}\n",
                number % 9,
                number % 77,
                number % 5,
                number.rotate_left(17),
            );
        }
        text.truncate(size);
        text
    }

    #[test]
    fn blocks_of_an_own_cache() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let bytes = text(2 * BLOCK + 7);
        let blob = Blob::of(&bytes);
        assert!(cache.derived_blocks(&blob).is_none());
        cache.put_derived(&blob, &bytes).unwrap();
        let blocks = cache.derived_blocks(&blob).unwrap();
        for (number, block) in bytes.chunks(Blocks::SIZE).enumerate() {
            assert_eq!(blocks.get(number).as_deref(), Some(block));
        }
        assert_eq!(blocks.get(3), None);
        let path = cache.derived(&blob).unwrap();
        let whole = fs::read(&path).unwrap();
        // A shorter file has no blocks, a changed one has others: none of the right digest.
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(cache.derived_blocks(&blob).is_none());
        let mut changed = whole.clone();
        changed[BLOCK / 100] ^= 1;
        fs::write(&path, &changed).unwrap();
        let damaged = cache.derived_blocks(&blob).and_then(|blocks| blocks.get(0));
        assert_ne!(damaged.as_deref(), Some(&bytes[..BLOCK]));
        // A byte of the table: no blocks, or no block is larger than it was.
        let table = whole.len() - (3 * SIZE + MAGIC.len());
        for at in table..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x80;
            fs::write(&path, &changed).unwrap();
            let Some(blocks) = cache.derived_blocks(&blob) else {
                continue;
            };
            for number in 0..3 {
                assert!(blocks.get(number).is_none_or(|block| block.len() <= BLOCK));
            }
            assert_eq!(cache.get_derived(&blob), None, "{at}");
        }
        // Blocks without a table.
        fs::write(&path, &whole[..table]).unwrap();
        assert!(cache.derived_blocks(&blob).is_none());
        assert_eq!(cache.get_derived(&blob), None);
        fs::write(&path, &whole).unwrap();
        cache.put_result(&blob.digest, b"").unwrap();
        for name in ["derived", "results"] {
            let place = directory.path().join(name);
            for (mode, own) in [(0o702, false), (0o1777, false), (0o770, true)] {
                fs::set_permissions(&place, Permissions::from_mode(mode)).unwrap();
                let result = cache.find_result(&blob.digest);
                assert_eq!(result.is_some(), own || name == "derived", "{mode:o}");
                assert_eq!(
                    cache.derived_blocks(&blob).is_some(),
                    own,
                    "{name} {mode:o}"
                );
            }
        }
        // Files that another user could have put there before the directory was closed to them.
        let result = cache.path("results", &blob.digest).unwrap();
        fs::set_permissions(&result, Permissions::from_mode(0o646)).unwrap();
        assert_eq!(cache.find_result(&blob.digest), None);
        fs::set_permissions(&path, Permissions::from_mode(0o646)).unwrap();
        assert!(cache.derived_blocks(&blob).is_none());
        assert!(cache.get_derived(&blob).is_some());
    }

    #[test]
    fn only_unchanged_content_is_returned() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        for size in [0, 1, BLOCK, BLOCK + 1, 3 * BLOCK - 1] {
            let bytes = text(size);
            let blob = Blob::of(&bytes);
            assert_eq!(cache.get_derived(&blob), None);
            // Without a commit, nothing is stored.
            let mut unfinished = cache.derived_writer(&blob).unwrap().unwrap();
            unfinished.write(&bytes).unwrap();
            drop(unfinished);
            assert_eq!(cache.get_derived(&blob), None);
            cache.put_derived(&blob, &bytes).unwrap();
            assert!(cache.derived_writer(&blob).unwrap().is_none());
            assert_eq!(cache.get_derived(&blob), Some(bytes));
        }
        assert_eq!(Cache::none().get_derived(&Blob::of(b"")), None);
    }

    #[test]
    fn a_link_in_place_of_content_is_replaced() {
        use std::os::unix::fs::symlink;
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let bytes = text(BLOCK + 1);
        let blob = Blob::of(&bytes);
        let path = cache.derived(&blob).unwrap();
        let other = directory.path().join("other");
        cache.put_derived(&blob, &bytes).unwrap();
        for hard in [false, true] {
            fs::rename(&path, &other).unwrap();
            if hard {
                fs::hard_link(&other, &path).unwrap();
            } else {
                symlink(&other, &path).unwrap();
            }
            assert_eq!(cache.get_derived(&blob), None);
            cache.put_derived(&blob, &bytes).unwrap();
            assert_eq!(cache.get_derived(&blob).as_ref(), Some(&bytes));
        }
    }

    #[test]
    fn content_that_cannot_be_compressed() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let mut bytes = Vec::new();
        let mut state: u64 = 1;
        while bytes.len() < 2 * BLOCK + 7 {
            // xorshift64
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        let blob = Blob::of(&bytes);
        cache.put_derived(&blob, &bytes).unwrap();
        assert!(fs::metadata(cache.derived(&blob).unwrap()).unwrap().len() > blob.size);
        assert_eq!(cache.get_derived(&blob), Some(bytes));
    }

    #[test]
    fn damaged_content_is_removed_and_can_be_stored_again() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let bytes = text(2 * BLOCK);
        let blob = Blob::of(&bytes);
        let path = cache.derived(&blob).unwrap();
        cache.put_derived(&blob, &bytes).unwrap();
        let good = fs::read(&path).unwrap();
        // The files of other content.
        let other = |bytes: &[u8]| {
            let blob = Blob::of(bytes);
            cache.put_derived(&blob, bytes).unwrap();
            fs::read(cache.derived(&blob).unwrap()).unwrap()
        };
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for damaged in [
            Vec::new(),
            good[..good.len() / 2].to_vec(),
            flipped,
            other(&text(2 * BLOCK + 1)),
            other(&text(2 * BLOCK - 1)),
            other(&[7; 2 * BLOCK]),
            [good.clone(), vec![0]].concat(),
            [good.clone(), good.clone()].concat(),
            [vec![0], good].concat(),
        ] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(cache.get_derived(&blob), None);
            assert!(!path.exists());
        }
        cache.put_derived(&blob, &bytes).unwrap();
        assert_eq!(cache.get_derived(&blob), Some(bytes));
    }

    /// Measures the speed: `cargo test --release -p transfer speed -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    fn speed() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        // A real index, or a text that is similar to one.
        let bytes =
            std::env::var_os("INDEX").map_or_else(|| text(50_000_000), |p| fs::read(p).unwrap());
        let blob = Blob::of(&bytes);
        let start = Instant::now();
        cache.put_derived(&blob, &bytes).unwrap();
        println!("store {} bytes: {:?}", bytes.len(), start.elapsed());
        println!(
            "compressed: {}",
            fs::metadata(cache.derived(&blob).unwrap()).unwrap().len()
        );
        for _ in 0..5 {
            let start = Instant::now();
            let bytes = cache.get_derived(&blob).unwrap();
            println!("read {}: {:?}", bytes.len(), start.elapsed());
        }
    }
}
