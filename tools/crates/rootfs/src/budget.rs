//! What an image may expand to, whatever it says of itself.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, Read};

use blob::{Error, Result};

/// Bytes that the layers of any image may unpack to. Some 2 seconds are needed for so many zeros.
pub(crate) const FREE_BYTES: u64 = 1 << 30;

/// Beyond [`FREE_BYTES`], how many bytes each stored byte may unpack to. The layers of real images, those of CUDA or with debug
/// symbols too, reach 2 to 8; gzip packs zeros 1000 times, zstd and holes without a limit.
pub(crate) const MOST_PER_BYTE: u64 = 32;

/// Layers of an image. Runtimes stack at most 128 (Docker) to 500 (overlayfs) of them.
pub(crate) const LAYERS: usize = 512;

/// Entries of all layers together, whiteouts and what later layers replace included. The largest images have some 600,000.
pub(crate) const ENTRIES: u64 = 1 << 21;

/// Paths that are in the root at one time, the folders that no entry describes included. The largest images have 600,000; the check
/// `layers`, which takes the most, needs 190 MB for so many.
pub(crate) const NODES: usize = 800_000;

/// Bytes of all these paths and of the targets of links. 300,000 files of an ordinary image have 25 MB.
pub(crate) const STRINGS: usize = 64 << 20;

/// Folders that an entry may lie in, one below the other. The deepest trees of packages (`node_modules`) have some 60.
pub(crate) const DEPTH: usize = 256;

/// Parts of links' targets that are followed for one image, whoever asks. The checks of an ordinary image follow some 500,000.
pub(crate) const STEPS: u64 = 1 << 24;

/// What is left of an image's budget while its layers are read.
#[derive(Debug)]
pub(crate) struct Budget {
    stored: u64,
    limit: u64,
    unpacked: Cell<u64>,
    contents: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// For blobs or an archive of so many bytes, each blob counted once, however often it is named.
    pub(crate) fn of(stored: u64) -> Self {
        let limit = FREE_BYTES.max(stored.saturating_mul(MOST_PER_BYTE));
        Self {
            stored,
            limit,
            unpacked: Cell::new(0),
            contents: Cell::new(0),
            entries: Cell::new(0),
        }
    }

    /// The sum of blobs by their names.
    pub(crate) fn of_blobs<'a>(blobs: impl Iterator<Item = (&'a str, u64)>) -> Self {
        let blobs: BTreeSet<_> = blobs.collect();
        let sizes = blobs.iter().map(|(_, size)| *size);
        Self::of(sizes.fold(0, u64::saturating_add))
    }

    /// Counts bytes that come out of a decoder.
    pub(crate) fn unpack(&self, bytes: u64) -> std::result::Result<(), String> {
        self.spend(&self.unpacked, bytes)
    }

    /// Counts an entry.
    pub(crate) fn entry(&self) -> std::result::Result<(), String> {
        self.entries.set(self.entries.get() + 1);
        match self.entries.get() <= ENTRIES {
            true => Ok(()),
            false => Err(format!("the layers have more than {ENTRIES} entries")),
        }
    }

    /// Counts bytes of contents. Only holes make them more than what is unpacked.
    pub(crate) fn content(&self, bytes: u64) -> std::result::Result<(), String> {
        self.spend(&self.contents, bytes)
    }

    fn spend(&self, counter: &Cell<u64>, bytes: u64) -> std::result::Result<(), String> {
        counter.set(counter.get().saturating_add(bytes));
        if counter.get() <= self.limit {
            return Ok(());
        }
        let Self { stored, limit, .. } = self;
        Err(format!(
            "its {stored} bytes unpack to more than {limit}: the limit is {FREE_BYTES} bytes, or {MOST_PER_BYTE} times what is stored"
        ))
    }
}

/// Counts what is read.
pub(crate) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
    spend: fn(&Budget, u64) -> std::result::Result<(), String>,
    /// How many bytes were read.
    pub(crate) read: u64,
}

impl<'a, R> Metered<'a, R> {
    /// Reads from a decoder.
    pub(crate) fn unpacked(inner: R, budget: &'a Budget) -> Self {
        let (spend, read) = (Budget::unpack as _, 0);
        Self {
            inner,
            budget,
            spend,
            read,
        }
    }

    /// Reads the content of an entry.
    pub(crate) fn content(inner: R, budget: &'a Budget) -> Self {
        let spend = Budget::content as _;
        Self {
            spend,
            ..Self::unpacked(inner, budget)
        }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        (self.spend)(self.budget, read as u64).map_err(io::Error::other)?;
        Ok(read)
    }
}

/// Refuses an image of too many layers.
pub(crate) fn layers(name: impl std::fmt::Display, count: usize) -> Result<()> {
    if count <= LAYERS {
        return Ok(());
    }
    let cause = format!("it has {count} layers, at most {LAYERS} are read");
    Err(Error::cannot("read image", name, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_blobs_may_unpack_to_a_gigabyte_and_large_ones_in_proportion() {
        let small = Budget::of(1000);
        assert!(small.unpack(FREE_BYTES).is_ok());
        assert_eq!(
            small.unpack(1).unwrap_err(),
            "its 1000 bytes unpack to more than 1073741824: the limit is 1073741824 bytes, or 32 times what is stored"
        );
        let large = Budget::of(1 << 30);
        assert!(large.unpack(32 << 30).is_ok());
        assert!(large.unpack(1).is_err());
        assert!(Budget::of(u64::MAX).unpack(u64::MAX).is_ok());
    }

    #[test]
    fn a_blob_counts_once() {
        let budget = Budget::of_blobs([("a", 5), ("a", 5), ("b", 5)].into_iter());
        assert_eq!(budget.stored, 10);
    }

    #[test]
    fn holes_count_as_bytes() {
        let budget = Budget::of(1000);
        let mut read = Metered::content(io::repeat(0).take(FREE_BYTES + 1), &budget);
        let error = io::copy(&mut read, &mut io::sink()).unwrap_err();
        assert!(error
            .to_string()
            .starts_with("its 1000 bytes unpack to more than"));
        assert!(Budget::of(1000).content(FREE_BYTES).is_ok());
        assert!(Budget::of(1000).content(FREE_BYTES + 1).is_err());
    }
}
