//! Readers and writers that compute the digest and size of the bytes that pass through.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use crate::{Blob, Digest};

/// Passes writes to `W`, and computes their digest and size.
#[derive(Debug)]
pub struct HashingWriter<W> {
    inner: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> HashingWriter<W> {
    /// Wraps a writer.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            size: 0,
        }
    }

    /// The writer, and the digest and size of the bytes written to it. Does not flush the writer.
    pub fn finish(self) -> (W, Blob) {
        let digest = Digest::from_bytes(self.hash.finalize().into());
        (
            self.inner,
            Blob {
                digest,
                size: self.size,
            },
        )
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Passes reads from `R`, and computes their digest and size.
#[derive(Debug)]
pub struct HashingReader<R> {
    inner: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> HashingReader<R> {
    /// Wraps a reader.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            size: 0,
        }
    }

    /// Reads to the end; returns digest and size of all bytes from the first one on.
    ///
    /// # Errors
    ///
    /// The reader fails.
    pub fn finish(mut self) -> io::Result<Blob> {
        io::copy(&mut self, &mut io::sink())?;
        let digest = Digest::from_bytes(self.hash.finalize().into());
        Ok(Blob {
            digest,
            size: self.size,
        })
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reader_and_writer_hash_every_byte() {
        let mut writer = HashingWriter::new(Vec::new());
        writer.write_all(b"some bytes").unwrap();
        let (bytes, written) = writer.finish();
        let mut reader = HashingReader::new(bytes.as_slice());
        reader.read_exact(&mut [0; 4]).unwrap();
        assert_eq!(reader.finish().unwrap(), written);
        assert_eq!(written, Blob::of(b"some bytes"));
    }
}
