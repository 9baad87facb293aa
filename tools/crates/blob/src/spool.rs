//! Temporary storage for bytes that do not fit into memory and are read in another order.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::{temporary, Result, ResultExt};

const BUFFER: usize = 128 * 1024;

/// An unnamed file in the directory of an output. It is deleted when it is dropped or the process ends.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    size: u64,
}

/// A piece of a [`Spool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spooled {
    start: u64,
    /// The number of bytes.
    pub size: u64,
}

impl Spool {
    /// Creates an empty spool in the directory of `output`, because that file system has space for the result.
    ///
    /// # Errors
    ///
    /// The file cannot be created.
    pub fn next_to(output: &Path) -> Result<Self> {
        let directory = temporary::directory_of(output);
        let file = tempfile::tempfile_in(directory).cannot("write", output.display())?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { file, size: 0 })
    }

    /// Stores the output of a reader.
    ///
    /// # Errors
    ///
    /// The reader fails, or the file cannot be written.
    pub fn keep(&mut self, reader: &mut dyn Read) -> io::Result<Spooled> {
        let size = io::copy(reader, &mut self.file)?;
        let start = self.size;
        self.size += size;
        Ok(Spooled { start, size })
    }

    /// Ends writing; the stored pieces can then be read.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn finish(self) -> io::Result<SpoolReader> {
        let mut file = self.file;
        file.flush()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(SpoolReader(file))
    }
}

/// A finished [`Spool`] for reading.
#[derive(Debug)]
pub struct SpoolReader(File);

impl SpoolReader {
    /// A reader of a piece.
    pub fn reader(&self, piece: Spooled) -> impl Read + '_ {
        Piece {
            file: &self.0,
            at: piece.start,
            left: piece.size,
        }
    }
}

struct Piece<'a> {
    file: &'a File,
    at: u64,
    left: u64,
}

impl Read for Piece<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_in_any_order() {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::next_to(&directory.path().join("out")).unwrap();
        let texts = ["first", "", "second", "third"];
        let pieces = texts.map(|text| spool.keep(&mut text.as_bytes()).unwrap());
        let kept = spool.finish().unwrap();
        for (text, piece) in texts.into_iter().zip(pieces).rev() {
            let mut found = String::new();
            kept.reader(piece).read_to_string(&mut found).unwrap();
            assert_eq!((found.as_str(), piece.size), (text, text.len() as u64));
        }
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
