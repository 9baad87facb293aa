mod blocks;

use std::io::{self, Read, Seek, SeekFrom};

use blob::{Error, Result};

use crate::header::Header;
use crate::path::printable;
use crate::raw::Extensions;
use crate::sparse::Sparse;
use crate::{Entry, RawEntry, BLOCK};

/// How an archive ends. POSIX wants two blocks of zeros, and zeros only after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it should be.
    Sound,
    /// There is no block of zeros.
    None,
    /// There is one block of zeros.
    OneBlock,
    /// Something follows the blocks of zeros: some tools look at it, others do not.
    Hidden,
}

/// Reads an archive entry by entry, in one pass.
///
/// Reading from the reader itself gives the content of the current entry; what is left of it is skipped by the next
/// [`Reader::next_entry`]. The archive must end as tar says, with two blocks of zeros and zeros only after them.
///
/// That is for archives that we chose. Those of strangers are for [`Reader::lenient`] and [`Reader::next_raw`].
#[derive(Debug)]
pub struct Reader<R> {
    inner: R,
    lenient: bool,
    /// The first block of zeros ends the archive, and so does the end of the input.
    open_ended: bool,
    /// Bytes read so far: messages name an entry whose header cannot be read by its place.
    position: u64,
    /// What is left of the current entry's content, and the padding after it.
    content: u64,
    padding: u64,
    /// Where the content has holes, the way back to what it was.
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

    /// Reads from the start of an archive as others do: it may end without blocks of zeros, with one, or with garbage after
    /// them; records that speak of all entries are passed over.
    pub fn lenient(inner: R) -> Self {
        Self {
            lenient: true,
            ..Self::new(inner)
        }
    }

    /// Reads the archive as dpkg does (`tar_extractor` in its `lib/dpkg/tarfn.c`). It ends at the first block of zeros, or where the
    /// input ends before a header; what follows is read, and not looked at. Only files have content, whatever the headers of
    /// links and directories say, a time before 1970 is 1970, and of several long names for an entry the last one holds.
    #[must_use]
    pub fn open_ended(self) -> Self {
        Self {
            open_ended: true,
            ..self
        }
    }

    /// How the archive ended; known after the last entry.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// The next entry, or `None` at the end of the archive, which is then read to its last byte.
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
        match self.next_raw()? {
            Some(raw) => raw.entry().map(Some),
            None => Ok(None),
        }
    }

    /// The same, as it stands in the archive: whether the name is one, and what the type means, is for the caller to say.
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
                return match extensions.is_empty() {
                    true => Ok(None),
                    false => Err(fail("the archive ends before it".to_owned())),
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
    /// Where the next byte that is read lies in the archive: after [`Reader::next_raw`], the start of the entry's content.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Passes over what is left of the current entry's content without reading it.
    pub fn seek_rest(&mut self) -> io::Result<()> {
        let left = self.content.saturating_add(self.padding);
        let left = i64::try_from(left).map_err(io::Error::other)?;
        self.inner.seek(SeekFrom::Current(left))?;
        self.position = self.position.saturating_add(left as u64);
        (self.content, self.padding) = (0, 0);
        self.sparse = None;
        Ok(())
    }
}

impl<R: Read> Reader<R> {
    /// Reads what is stored of the current entry's content.
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
