//! Content that was derived from downloads: large texts that compress well and that every run reads.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{mpsc, Mutex, PoisonError};
use std::thread;

use blob::{AtomicFile, Blob, HashingWriter, Result, ResultExt};
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{compress_bound, find_frame_compressed_size};

use super::files::{make_directory_of, open, touch};
use super::store::Cache;

/// zstd's level: an index has 4 % more bytes than at zstd's default, 3, and is compressed in 0.6 of the time.
const LEVEL: i32 = 1;

/// The size of a block. Blocks are compressed separately, so that one can be read without the others, and hashed while the
/// next is decompressed. An index has 2.5 % more bytes than with blocks of twice this size, and a resolution of a hundred
/// packages takes 0.75 of the time.
const BLOCK: usize = 64 << 10;

/// The magic numbers of a seek table: of a frame that decoders skip, and at its end.
const SKIPPABLE: u32 = 0x184D_2A5E;
const SEEKABLE: u32 = 0x8F92_EAB1;

/// The bytes of a seek table before its sizes, for each frame, and behind them.
const TABLE_HEADER: usize = 8;
const SIZES: usize = 8;
const TABLE_FOOTER: usize = 9;

/// The largest size, which is also the limit of an index; a larger size is a mistake.
const MAX_SIZE: u64 = 128 << 20;

/// The largest increase in size of a text that cannot be compressed.
const OVERHEAD: u64 = 1 << 20;

impl Cache {
    /// Begins to store derived content. `None` if it is stored already, or if there is no cache.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn derived_writer(&self, blob: &Blob) -> Result<Option<DerivedWriter>> {
        let Some(path) = self.derived(blob).filter(|path| !path.is_file()) else {
            return Ok(None);
        };
        make_directory_of(&path)?;
        let compressor = Compressor::new(LEVEL).cannot("compress", path.display())?;
        let file = AtomicFile::create(&path)?;
        Ok(Some(DerivedWriter {
            path,
            file,
            compressor,
            block: Vec::with_capacity(BLOCK),
            frame: Vec::with_capacity(compress_bound(BLOCK)),
            sizes: Vec::new(),
        }))
    }

    /// Returns derived content if it exists and matches its name. Content that does not match is removed, so that it
    /// can be stored again.
    pub fn get_derived(&self, blob: &Blob) -> Option<Vec<u8>> {
        let path = self.derived(blob).filter(|_| blob.size <= MAX_SIZE)?;
        let file = open(&path, OpenOptions::new().read(true))?;
        touch(&file);
        let bytes = unpack(file, blob);
        if bytes.is_none() {
            let _ = std::fs::remove_file(path);
        }
        bytes
    }

    /// Returns derived content in blocks, if it exists and nobody else can write to the cache. It is not verified: a result
    /// ([`Cache::find_result`]) has the digest of each block.
    pub fn derived_blocks(&self, blob: &Blob) -> Option<Blocks> {
        if !self.is_own(&["derived", "results"]) {
            return None;
        }
        let path = self.derived(blob).filter(|_| blob.size <= MAX_SIZE)?;
        let file = open(&path, OpenOptions::new().read(true))?;
        touch(&file);
        Blocks::read(file, blob.size)
    }

    fn derived(&self, blob: &Blob) -> Option<PathBuf> {
        Some(self.path("derived", &blob.digest)?.with_extension("zst"))
    }
}

/// Derived content that arrives in parts. Without [`DerivedWriter::commit`], nothing is stored.
pub struct DerivedWriter {
    path: PathBuf,
    file: AtomicFile,
    compressor: Compressor<'static>,
    /// The beginning of a block.
    block: Vec<u8>,
    frame: Vec<u8>,
    /// The sizes of the frames and their contents, for the seek table.
    sizes: Vec<u8>,
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
        let table = seek_table(&self.sizes);
        let written = self.file.write_all(&table);
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
        let size = self.compressor.compress_to_buffer(block, &mut self.frame);
        let size = size.cannot("compress", self.path.display())?;
        let written = self.file.write_all(&self.frame);
        written.cannot("write", self.path.display())?;
        add_sizes(&mut self.sizes, size, block.len());
        Ok(())
    }
}

/// Compressed blocks of derived content. Each is read from the file when it is asked for.
pub struct Blocks {
    file: File,
    /// The position of each frame.
    positions: Vec<Range<u64>>,
    /// The size of the content in bytes.
    size: usize,
    decompressor: Mutex<Decompressor<'static>>,
}

impl Blocks {
    /// The size of each block but the last in bytes.
    pub const SIZE: usize = BLOCK;

    fn read(file: File, size: u64) -> Option<Self> {
        let size = usize::try_from(size).ok()?;
        let count = size.div_ceil(BLOCK);
        let mut table = vec![0; TABLE_HEADER + SIZES * count + TABLE_FOOTER];
        let frames = file
            .metadata()
            .ok()?
            .len()
            .checked_sub(table.len() as u64)?;
        file.read_exact_at(&mut table, frames).ok()?;
        let sizes = &table[TABLE_HEADER..][..SIZES * count];
        if table != seek_table(sizes) {
            return None;
        }
        let mut positions = Vec::with_capacity(count);
        let mut from = 0;
        for sizes in sizes.chunks(SIZES) {
            let end = from + u64::from(u32::from_le_bytes(*sizes.first_chunk()?));
            positions.push(from..end);
            from = end;
        }
        let decompressor = Mutex::new(Decompressor::new().ok()?);
        (from == frames).then_some(Self {
            file,
            positions,
            size,
            decompressor,
        })
    }

    /// Decompresses a block. `None` if there is none with this number, or if it is damaged.
    pub fn get(&self, number: usize) -> Option<Vec<u8>> {
        let position = self.positions.get(number)?;
        let packed = position.end - position.start;
        if packed > compress_bound(BLOCK) as u64 {
            return None;
        }
        let mut frame = vec![0; packed as usize];
        self.file.read_exact_at(&mut frame, position.start).ok()?;
        let size = (self.size - number * BLOCK).min(BLOCK);
        let decompressor = self.decompressor.lock();
        let mut decompressor = decompressor.unwrap_or_else(PoisonError::into_inner);
        let bytes = decompressor.decompress(&frame, size).ok()?;
        (bytes.len() == size).then_some(bytes)
    }
}

/// Adds the sizes of a frame and of its content to those of a seek table. Both are at most some hundred kilobytes.
fn add_sizes(table: &mut Vec<u8>, frame: usize, content: usize) {
    for size in [frame, content] {
        table.extend((size as u32).to_le_bytes());
    }
}

/// The frame behind the others that tells where they are: the seek table of
/// <https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md>, without
/// checksums. Decoders skip it.
fn seek_table(sizes: &[u8]) -> Vec<u8> {
    let length = (sizes.len() + TABLE_FOOTER) as u32;
    let count = (sizes.len() / SIZES) as u32;
    let mut table = Vec::with_capacity(TABLE_HEADER + sizes.len() + TABLE_FOOTER);
    table.extend(SKIPPABLE.to_le_bytes());
    table.extend(length.to_le_bytes());
    table.extend(sizes);
    table.extend(count.to_le_bytes());
    table.push(0);
    table.extend(SEEKABLE.to_le_bytes());
    table
}

/// Decompresses on this thread while another one hashes finished blocks.
fn unpack(file: File, blob: &Blob) -> Option<Vec<u8>> {
    let mut frames = Vec::new();
    let most = blob.size + OVERHEAD;
    file.take(most).read_to_end(&mut frames).ok()?;
    let mut frames = frames.as_slice();
    let mut bytes = vec![0; usize::try_from(blob.size).ok()?];
    let mut decompressor = Decompressor::new().ok()?;
    let found = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel::<&[u8]>();
        let hashing = scope.spawn(move || {
            let mut hash = HashingWriter::new(io::sink());
            let written = receiver.iter().try_for_each(|block| hash.write_all(block));
            written.ok().map(|()| hash.finish().1)
        });
        let mut table = Vec::new();
        for block in bytes.chunks_mut(BLOCK) {
            let size = find_frame_compressed_size(frames).ok()?;
            let (frame, rest) = frames.split_at_checked(size)?;
            let count = decompressor.decompress_to_buffer(frame, block).ok()?;
            if count != block.len() {
                return None;
            }
            add_sizes(&mut table, size, count);
            sender.send(block).ok()?;
            frames = rest;
        }
        drop(sender);
        let found = hashing.join().ok()?;
        found.filter(|_| frames == seek_table(&table))
    });
    (found == Some(*blob)).then_some(bytes)
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
        // A byte of the seek table: no blocks, or no block is larger than it was.
        let frames = whole.len() - (TABLE_HEADER + 3 * SIZES + TABLE_FOOTER);
        for at in frames..whole.len() {
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
        // The file of an earlier program, without a seek table.
        fs::write(&path, &whole[..frames]).unwrap();
        assert!(cache.derived_blocks(&blob).is_none());
        assert_eq!(cache.get_derived(&blob), None);
        fs::write(&path, &whole).unwrap();
        cache.put_result(&blob.digest, b"").unwrap();
        for name in ["derived", "results"] {
            let place = directory.path().join(name);
            for (mode, own) in [(0o702, false), (0o1777, false), (0o770, true)] {
                fs::set_permissions(&place, Permissions::from_mode(mode)).unwrap();
                let result = cache.find_own_result(&blob.digest);
                assert_eq!(result.is_some(), own || name == "derived", "{mode:o}");
                assert_eq!(
                    cache.derived_blocks(&blob).is_some(),
                    own,
                    "{name} {mode:o}"
                );
            }
        }
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
            let file = fs::read(cache.derived(&blob).unwrap()).unwrap();
            assert_eq!(zstd::stream::decode_all(&file[..]).unwrap(), bytes);
            assert_eq!(cache.get_derived(&blob), Some(bytes));
        }
        assert_eq!(Cache::none().get_derived(&Blob::of(b"")), None);
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
        let other = |size| zstd::bulk::compress(&text(size), LEVEL).unwrap();
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for damaged in [
            Vec::new(),
            good[..good.len() / 2].to_vec(),
            flipped,
            other(2 * BLOCK + 1),
            other(2 * BLOCK - 1),
            zstd::bulk::compress(&vec![7; 2 * BLOCK], LEVEL).unwrap(),
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
