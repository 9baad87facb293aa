//! Temporary storage for bytes that do not fit into memory and are read in another order.
//!
//! Bytes that are in a file already are not copied: [`Spool::refer`].

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::{temporary, Result, ResultExt};

const BUFFER: usize = 128 * 1024;

/// Processes may often have 1024 open files, and a worker runs several requests.
const MAX_OTHERS: usize = 128;

/// An unnamed file in the directory of an output. It is deleted when it is dropped or the process ends.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    size: u64,
    others: Vec<File>,
}

/// A piece of a [`Spool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spooled {
    /// The other file that has it; `None` if it is in the spool's own file.
    other: Option<usize>,
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
        Ok(Self {
            file,
            size: 0,
            others: Vec::new(),
        })
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
        Ok(Spooled {
            other: None,
            start,
            size,
        })
    }

    /// Takes another file, whose pieces then need no copy ([`Spool::piece`]). Returns `None` if too many files are open.
    /// The file must not change before the spool is dropped.
    pub fn refer(&mut self, file: File) -> Option<usize> {
        (self.others.len() < MAX_OTHERS).then(|| {
            self.others.push(file);
            self.others.len() - 1
        })
    }

    /// The piece of `size` bytes at byte `start` of a file that [`Spool::refer`] took.
    pub fn piece(other: usize, start: u64, size: u64) -> Spooled {
        let other = Some(other);
        Spooled { other, start, size }
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
        Ok(SpoolReader {
            file,
            others: self.others,
        })
    }
}

/// A finished [`Spool`] for reading.
#[derive(Debug)]
pub struct SpoolReader {
    file: File,
    others: Vec<File>,
}

impl SpoolReader {
    /// A reader of a piece.
    pub fn reader(&self, piece: Spooled) -> impl Read + '_ {
        Piece {
            file: piece.other.map_or(&self.file, |other| &self.others[other]),
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
        // The end of the piece is known, so no call to the kernel is needed to find it.
        if most == 0 {
            return Ok(0);
        }
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

    #[test]
    fn pieces_of_other_files_are_not_copied() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("other");
        std::fs::write(&path, "0123456789").unwrap();
        let mut spool = Spool::next_to(&directory.path().join("out")).unwrap();
        let own = spool.keep(&mut "own".as_bytes()).unwrap();
        let other = spool.refer(File::open(&path).unwrap()).unwrap();
        let kept = spool.finish().unwrap();
        assert_eq!(kept.file.metadata().unwrap().len(), 3);
        for (piece, text) in [(Spool::piece(other, 2, 3), "234"), (own, "own")] {
            let mut found = String::new();
            kept.reader(piece).read_to_string(&mut found).unwrap();
            assert_eq!(found, text);
        }
    }

    #[test]
    fn the_number_of_open_files_is_limited() {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::next_to(&directory.path().join("out")).unwrap();
        let open = || File::open(directory.path()).unwrap();
        let taken = (0..=MAX_OTHERS).filter_map(|_| spool.refer(open())).count();
        assert_eq!(taken, MAX_OTHERS);
    }
}
