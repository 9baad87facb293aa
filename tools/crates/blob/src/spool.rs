//! Temporary storage for bytes that do not fit into memory and are read in another order.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::{Result, ResultExt};

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
    pub fn beside(output: &Path) -> Result<Self> {
        let folder = match output.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = tempfile::tempfile_in(folder).cannot("write", output.display())?;
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
    pub fn finish(self) -> io::Result<Kept> {
        let mut file = self.file;
        file.flush()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Kept(file))
    }
}

/// A finished [`Spool`] for reading.
#[derive(Debug)]
pub struct Kept(File);

impl Kept {
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
    fn pieces_come_back_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::beside(&folder.path().join("out")).unwrap();
        let texts = ["first", "", "second", "third"];
        let pieces = texts.map(|text| spool.keep(&mut text.as_bytes()).unwrap());
        let kept = spool.finish().unwrap();
        for (text, piece) in texts.into_iter().zip(pieces).rev() {
            let mut found = String::new();
            kept.reader(piece).read_to_string(&mut found).unwrap();
            assert_eq!((found.as_str(), piece.size), (text, text.len() as u64));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
