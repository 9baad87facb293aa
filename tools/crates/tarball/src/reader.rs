mod blocks;

use std::io::{self, Read, Seek};

use blob::{Error, Result};

use crate::header::Header;
use crate::path::printable;
use crate::raw::Extensions;
use crate::sparse::Sparse;
use crate::{Entry, RawEntry, BLOCK};

/// The end of an archive. POSIX requires two blocks of zeros, and only zeros after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As POSIX requires.
    Sound,
    /// There is no block of zeros.
    None,
    /// There is one block of zeros.
    OneBlock,
    /// Other data follows the blocks of zeros: some tools read it, others do not.
    Hidden,
}

/// Reads an archive entry by entry, in one pass.
///
/// Reading from the reader itself returns the content of the current entry; the next call of [`Reader::next_entry`]
/// skips the unread part. The archive must end with two blocks of zeros and only zeros after them.
///
/// Use it for archives of known origin. For any other archive, use [`Reader::lenient`] and [`Reader::next_raw`].
#[derive(Debug)]
pub struct Reader<R> {
    inner: R,
    lenient: bool,
    /// The first block of zeros or the end of the input ends the archive.
    open_ended: bool,
    /// The number of bytes read so far, for messages about headers that cannot be parsed.
    position: u64,
    /// The unread bytes of the current entry's content, and the padding after it.
    content: u64,
    padding: u64,
    /// The map of holes, if the file is sparse.
    sparse: Option<Sparse>,
    ended: bool,
    ending: Ending,
}

impl<R: Read> Reader<R> {
    /// Reads from the start of an archive.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            lenient: false,
            open_ended: false,
            position: 0,
            content: 0,
            padding: 0,
            sparse: None,
            ended: false,
            ending: Ending::Sound,
        }
    }

    /// Reads an archive as leniently as other tools: it may end without blocks of zeros, with one, or with other data
    /// after them; global PAX records are ignored.
    pub fn lenient(inner: R) -> Self {
        Self {
            lenient: true,
            ..Self::new(inner)
        }
    }

    /// Reads the archive as dpkg does (`tar_extractor` in its `lib/dpkg/tarfn.c`). It ends at the first block of zeros,
    /// or if the input ends before a header. The bytes after the end are read and ignored. Only files have content,
    /// even if the header of a link or a directory states a size. A time before 1970 becomes 1970. Of several long
    /// names of an entry, the last one is used.
    #[must_use]
    pub fn open_ended(self) -> Self {
        Self {
            open_ended: true,
            ..self
        }
    }

    /// How the archive ended; valid after the last entry.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// The next entry, or `None` at the end of the archive; the input is then read to its end.
    ///
    /// # Errors
    ///
    /// The archive is damaged, or the entry is not permitted in a layer.
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
        match self.next_raw()? {
            Some(raw) => raw.entry().map(Some),
            None => Ok(None),
        }
    }

    /// The position of the current entry's content in the archive, before any of it is read. `None` if the content is not
    /// stored as it is, because the file is sparse.
    pub fn stored_at(&self) -> Option<u64> {
        self.sparse.is_none().then_some(self.position)
    }

    /// The next entry as the archive contains it. The caller must check name and type.
    ///
    /// # Errors
    ///
    /// The archive is damaged.
    pub fn next_raw(&mut self) -> Result<Option<RawEntry>> {
        let mut extensions = Extensions::default();
        loop {
            self.skip_rest()
                .map_err(|cause| self.fail_here(&cause.to_string()))?;
            let start = self.position;
            let fail =
                |cause: String| Error::cannot("read entry", format_args!("at byte {start}"), cause);
            let Some(block) = self
                .header_block()
                .map_err(|cause| fail(cause.to_string()))?
            else {
                return if extensions.is_empty() {
                    Ok(None)
                } else {
                    Err(fail("the archive ends before it".to_owned()))
                };
            };
            let header = Header::check(&block).map_err(fail)?;
            if !self.extend(&header, &mut extensions).map_err(fail)? {
                let (mut raw, holes) = RawEntry::new(&header, extensions, !self.is_strict())?;
                (self.content, self.padding) = (raw.size, padding_of(raw.size));
                if self.lenient {
                    let outcome = self.holes(&header, &mut raw, holes);
                    let fail = |cause| Error::cannot("read entry", printable(&raw.name), cause);
                    self.sparse = outcome.map_err(fail)?;
                }
                return Ok(Some(raw));
            }
        }
    }

    fn fail_here(&self, cause: &str) -> Error {
        Error::cannot(
            "read entry",
            format_args!("at byte {}", self.position),
            cause,
        )
    }
}

fn truncated(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof if error.get_ref().is_none() => {
            io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is truncated")
        }
        _ => error,
    }
}

fn padding_of(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

impl<R: Read + Seek> Reader<R> {
    /// The position of the next byte in the archive: after [`Reader::next_raw`], the start of the entry's content.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Skips the rest of the current entry's content without reading it.
    ///
    /// # Errors
    ///
    /// The input cannot seek.
    pub fn seek_rest(&mut self) -> io::Result<()> {
        let left = self.content.saturating_add(self.padding);
        let left = i64::try_from(left).map_err(io::Error::other)?;
        self.inner.seek_relative(left)?;
        self.position = self.position.saturating_add(left as u64);
        (self.content, self.padding) = (0, 0);
        self.sparse = None;
        Ok(())
    }
}

impl<R: Read> Reader<R> {
    /// Reads stored bytes of the current entry's content, without holes.
    fn read_stored(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.content).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        if want == 0 {
            return Ok(0);
        }
        let read = self.inner.read(&mut buffer[..want])?;
        if read == 0 {
            return Err(truncated(io::ErrorKind::UnexpectedEof.into()));
        }
        self.content -= read as u64;
        self.position += read as u64;
        Ok(read)
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(mut sparse) = self.sparse.take() else {
            return self.read_stored(buffer);
        };
        let read = sparse.read(buffer, |buffer| self.read_stored(buffer));
        self.sparse = Some(sparse);
        read
    }
}
