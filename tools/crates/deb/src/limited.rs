//! What an archive unpacks to, up to a limit: a few kilobytes may stand for terabytes.

use std::io::{self, Read};

/// Nothing that is known unpacks to more: the largest packages of vendors have 8 GiB.
const MOST: u64 = 16 << 30;

/// So much is always taken. It is written as a layer within seconds.
const FREE: u64 = 512 << 20;

/// Beyond that, so many times the bytes of the archive. Large packages reach 20, long runs of one byte 1030 in gzip and more in others.
const TIMES: u64 = 200;

/// How many bytes an archive may still unpack to.
#[derive(Clone, Debug)]
pub struct Budget {
    packed: u64,
    most: u64,
    left: u64,
}

impl Budget {
    /// Of an archive of so many bytes.
    pub fn of(packed: u64) -> Self {
        let most = packed.saturating_mul(TIMES).clamp(FREE, MOST);
        Self {
            packed,
            most,
            left: most,
        }
    }

    /// Takes bytes from it.
    ///
    /// # Errors
    ///
    /// There are not so many: a sentence that begins with "it".
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

/// What a reader gives, within a budget.
#[derive(Debug)]
pub struct Limited<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Limited<R> {
    /// What an archive of `packed` bytes unpacks to.
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
    fn budgets() {
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
    fn what_is_read_counts() {
        let mut limited = Limited::new(io::repeat(0), 9);
        limited.budget.left = 4096;
        let error = io::copy(&mut limited, &mut io::sink()).unwrap_err();
        assert!(error
            .to_string()
            .starts_with("it unpacks to more than 512 MiB"));
    }
}
