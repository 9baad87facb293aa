/// Bytes that every image may unpack to. Unpacking this many zeros takes about 2 seconds.
const FREE_BYTES: u64 = 1 << 30;

/// Above [`FREE_BYTES`], the number of bytes that each stored byte may unpack to. The layers of real images, including
/// CUDA and debug symbols, reach ratios of 2 to 8. Gzip compresses zeros by a factor of 1000; zstd and sparse files
/// have no limit.
const MOST_PER_BYTE: u64 = 32;

/// The limit of the bytes that an archive, or the layers of an image, may unpack to: 1 GiB, or 32 times the stored
/// bytes. It does not depend on any claim of the image itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnpackLimit {
    stored: u64,
    limit: u64,
}

impl UnpackLimit {
    /// The limit for blobs or an archive of `stored` bytes.
    pub fn of(stored: u64) -> Self {
        let limit = FREE_BYTES.max(stored.saturating_mul(MOST_PER_BYTE));
        Self { stored, limit }
    }

    /// Checks the number of bytes that were unpacked so far.
    ///
    /// # Errors
    ///
    /// They exceed the limit. The error is the end of a sentence that begins with the name of the archive or layer.
    pub fn check(self, unpacked: u64) -> Result<(), String> {
        if unpacked <= self.limit {
            return Ok(());
        }
        let Self { stored, limit } = self;
        Err(format!(
            "its {stored} bytes unpack to more than {limit}: the limit is {FREE_BYTES} bytes, or {MOST_PER_BYTE} times what is stored"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_blobs_may_unpack_to_a_gigabyte_and_large_ones_in_proportion() {
        let small = UnpackLimit::of(1000);
        assert!(small.check(FREE_BYTES).is_ok());
        assert_eq!(
            small.check(FREE_BYTES + 1).unwrap_err(),
            "its 1000 bytes unpack to more than 1073741824: the limit is 1073741824 bytes, or 32 times what is stored"
        );
        let large = UnpackLimit::of(1 << 30);
        assert!(large.check(32 << 30).is_ok());
        assert!(large.check((32 << 30) + 1).is_err());
        assert!(UnpackLimit::of(u64::MAX).check(u64::MAX).is_ok());
    }
}
