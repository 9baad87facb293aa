use std::io::{self, Read};

use crate::Noise;

/// Returns the bytes of a reader in pieces of irregular sizes, which are the same in each run.
#[derive(Debug)]
pub struct Choppy<R> {
    inner: R,
    noise: Noise,
}

impl<R> Choppy<R> {
    /// Wraps a reader.
    pub fn new(inner: R) -> Self {
        let noise = Noise::new(42);
        Self { inner, noise }
    }
}

impl<R: Read> Read for Choppy<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(700);
        if most == 0 {
            return Ok(0);
        }
        let piece = 1 + self.noise.below(most);
        self.inner.read(&mut buffer[..piece])
    }
}

/// Returns some bytes, then an error of the system.
#[derive(Debug)]
pub struct Failing(Vec<u8>, usize);

impl Failing {
    /// Fails after these bytes.
    pub fn after(bytes: &[u8]) -> Self {
        Self(bytes.to_vec(), 0)
    }
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.0[self.1..];
        if rest.is_empty() {
            const EIO: i32 = 5;
            return Err(io::Error::from_raw_os_error(EIO));
        }
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        self.1 += read;
        Ok(read)
    }
}
