//! Limits on the size of an unpacked image. They do not depend on any claim of the image itself.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, Read};

use blob::{Error, Result};

/// Bytes that the layers of every image may unpack to. Unpacking this many zeros takes about 2 seconds.
pub(crate) const FREE_BYTES: u64 = 1 << 30;

/// Above [`FREE_BYTES`], the number of bytes that each stored byte may unpack to. The layers of real images, including
/// CUDA and debug symbols, reach ratios of 2 to 8. Gzip compresses zeros by a factor of 1000; zstd and sparse files
/// have no limit.
pub(crate) const MOST_PER_BYTE: u64 = 32;

/// Layers of an image. Runtimes stack at most 128 (Docker) to 500 (overlayfs) layers.
pub(crate) const LAYERS: usize = 512;

/// Entries of all layers together, including whiteouts and entries that later layers replace. The largest images have
/// about 600,000.
pub(crate) const ENTRIES: u64 = 1 << 21;

/// Paths that are in the root at the same time, including directories without an entry. The largest images have
/// 600,000. The check `layers`, which needs the most memory, uses 190 MB for this many paths.
pub(crate) const NODES: usize = 800_000;

/// Bytes of all these paths and of the targets of links. The 300,000 files of an ordinary image have 25 MB.
pub(crate) const STRINGS: usize = 64 << 20;

/// Nested directories above an entry. The deepest trees of packages (`node_modules`) have about 60 levels.
pub(crate) const DEPTH: usize = 256;

/// Path components of link targets that are followed for one image, in total for all callers. The checks of an ordinary
/// image follow about 500,000.
pub(crate) const STEPS: u64 = 1 << 24;

/// The remaining budget of an image while its layers are read.
#[derive(Debug)]
pub(crate) struct Budget {
    stored: u64,
    limit: u64,
    unpacked: Cell<u64>,
    contents: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// Creates a budget for blobs or an archive of `stored` bytes.
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

    /// Creates a budget for the sum of the blobs. A blob with several references counts once.
    pub(crate) fn of_blobs<'a>(blobs: impl Iterator<Item = (&'a str, u64)>) -> Self {
        let blobs: BTreeSet<_> = blobs.collect();
        let sizes = blobs.iter().map(|(_, size)| *size);
        Self::of(sizes.fold(0, u64::saturating_add))
    }

    /// Counts bytes that a decoder returns.
    pub(crate) fn unpack(&self, bytes: u64) -> std::result::Result<(), String> {
        self.spend(&self.unpacked, bytes)
    }

    pub(crate) fn entry(&self) -> std::result::Result<(), String> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() <= ENTRIES {
            Ok(())
        } else {
            Err(format!("the layers have more than {ENTRIES} entries"))
        }
    }

    /// Counts bytes of file contents. These exceed the unpacked bytes only in sparse files.
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

/// A reader that counts its bytes against a budget.
pub(crate) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
    spend: fn(&Budget, u64) -> std::result::Result<(), String>,
    /// Number of bytes read so far.
    pub(crate) read: u64,
}

impl<'a, R> Metered<'a, R> {
    /// Counts the output of a decoder.
    pub(crate) fn unpacked(inner: R, budget: &'a Budget) -> Self {
        let (spend, read) = (Budget::unpack as _, 0);
        Self {
            inner,
            budget,
            spend,
            read,
        }
    }

    /// Counts the content of an entry.
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

/// Rejects an image with too many layers.
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
