//! Limits the unpacked size of an archive, because a few kilobytes may unpack to terabytes.

use std::io::{self, Read};

/// The maximum for any archive: the largest packages of vendors unpack to 8 GiB.
const MOST: u64 = 16 << 30;

/// This size is always permitted. A layer of it is written within seconds.
const FREE: u64 = 512 << 20;

/// For larger sizes, the maximum factor of compression. Large packages reach 20; long runs of one byte reach 1030 with
/// gzip and more with other formats.
const TIMES: u64 = 200;

/// The number of bytes that an archive may still unpack to.
#[derive(Clone, Debug)]
pub struct Budget {
    packed: u64,
    most: u64,
    left: u64,
}

impl Budget {
    /// The budget of an archive of `packed` bytes.
    pub fn of(packed: u64) -> Self {
        let most = packed.saturating_mul(TIMES).clamp(FREE, MOST);
        Self {
            packed,
            most,
            left: most,
        }
    }

    /// Uses a part of the budget.
    ///
    /// # Errors
    ///
    /// The budget is too small. The error is a sentence that starts with "it".
    pub fn spend(&mut self, bytes: u64) -> io::Result<()> {
        let Some(left) = self.left.checked_sub(bytes) else {
            let (packed, most) = (self.packed, self.most >> 20);
            let why = if self.most == MOST {
                String::new()
            } else {
                format!(", far more than its {packed} bytes can hold")
            };
            let cause = format!("it unpacks to more than {most} MiB{why}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, cause));
        };
        self.left = left;
        Ok(())
    }
}

/// Limits the output of a reader to a budget.
#[derive(Debug)]
pub struct Limited<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Limited<R> {
    /// Limits the unpacked content of an archive of `packed` bytes.
    pub fn new(inner: R, packed: u64) -> Self {
        let budget = Budget::of(packed);
        Self { inner, budget }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.spend(read as u64)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(packed: u64, bytes: u64) -> String {
        match Budget::of(packed).spend(bytes) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_unpacked_size_is_limited() {
        for (packed, most) in [
            (0, FREE),
            (1 << 10, FREE),
            (4 << 20, 800 << 20),
            (1 << 40, MOST),
        ] {
            assert_eq!(unpack(packed, most), "", "{packed}");
            assert!(unpack(packed, most + 1).starts_with("it unpacks to more than "));
        }
        let bomb = "it unpacks to more than 512 MiB, far more than its 700 bytes can hold";
        assert_eq!(unpack(700, FREE + 1), bomb);
        assert_eq!(
            unpack(1 << 40, MOST + 1),
            "it unpacks to more than 16384 MiB"
        );
    }

    #[test]
    fn bytes_that_were_read_are_counted() {
        let mut limited = Limited::new(io::repeat(0), 9);
        limited.budget.left = 4096;
        let error = io::copy(&mut limited, &mut io::sink()).unwrap_err();
        assert!(error
            .to_string()
            .starts_with("it unpacks to more than 512 MiB"));
    }
}
