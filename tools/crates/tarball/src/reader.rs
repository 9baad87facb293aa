use std::io::{self, Read, Seek, SeekFrom};

use blob::{Error, Result};

use crate::header::{more_sparse, Header};
use crate::path::printable;
use crate::pax::Records;
use crate::raw::{Extensions, MAX_SIZE};
use crate::sparse::{map_before_content, Described, Sparse};
use crate::{Entry, RawEntry, BLOCK};

/// Room for the records of one entry; GNU's long names are one record and need less.
const MAX_EXTENSION: u64 = 64 * 1024;

/// Numbers in the map of a file with holes; the blocks of a longer one are not read.
const MAX_NUMBERS: usize = 128 * 1024;

/// Strangers' records have extended attributes too.
const MAX_LENIENT_EXTENSION: u64 = 1024 * 1024;

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
    /// Bytes read so far: messages name an entry whose header cannot be read by its place.
    position: u64,
    /// What is left of the current entry's content, and the padding after it.
    content: u64,
    padding: u64,
    /// Where the content has holes, the way back to what it was.
    sparse: Option<Sparse>,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads from the start of an archive.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            lenient: false,
            position: 0,
            content: 0,
            padding: 0,
            sparse: None,
            ended: false,
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
                let (mut raw, holes) = RawEntry::new(&header, extensions, self.lenient)?;
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

    /// Reads the map of a file with holes, and gives the entry its real size.
    fn holes(
        &mut self,
        header: &Header,
        raw: &mut RawEntry,
        described: Option<Described>,
    ) -> std::result::Result<Option<Sparse>, String> {
        let (numbers, size) = match described {
            _ if raw.letter == b'S' => {
                let (mut numbers, size, mut more) = header.sparse()?;
                while more {
                    let mut block = [0; BLOCK];
                    let read = self.read_whole(&mut block);
                    read.map_err(|error| error.to_string())?;
                    let (next, another) = more_sparse(&block)?;
                    numbers.extend(next);
                    more = another && numbers.len() <= MAX_NUMBERS;
                }
                raw.letter = b'0';
                (numbers, size)
            }
            Some(holes) if raw.letter == b'0' => {
                let numbers = match holes.before_content {
                    true => map_before_content(|| {
                        let mut block = [0; BLOCK];
                        self.read_exact(&mut block)?;
                        Ok(block)
                    })?,
                    false => holes.numbers,
                };
                (numbers, holes.size.unwrap_or(raw.size))
            }
            _ => return Ok(None),
        };
        if size > MAX_SIZE {
            return Err(format!("its size of {size} bytes is absurd"));
        }
        raw.size = size;
        Sparse::new(&numbers, size, self.content).map(Some)
    }

    fn fail_here(&self, cause: &str) -> Error {
        Error::cannot(
            "read entry",
            format_args!("at byte {}", self.position),
            cause,
        )
    }

    /// The next block, unless the archive ends here.
    fn header_block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = [0; BLOCK];
        if self.ended {
            return Ok(None);
        }
        if !self.fill(&mut block)? {
            self.ended = true;
            return Ok(None);
        }
        if block != [0; BLOCK] {
            return Ok(Some(block));
        }
        if self.fill(&mut block)? && block != [0; BLOCK] {
            return Err(malformed("a single block of zeros stands before it"));
        }
        self.read_trailer()?;
        self.ended = true;
        Ok(None)
    }

    /// Reads a block; false where the archive ends before it and may.
    fn fill(&mut self, block: &mut [u8; BLOCK]) -> io::Result<bool> {
        if self.lenient {
            let mut first = (&mut self.inner).take(1);
            if io::copy(&mut first, &mut block.as_mut_slice())? == 0 {
                return Ok(false);
            }
            self.position += 1;
        }
        self.read_whole(&mut block[usize::from(self.lenient)..])?;
        Ok(true)
    }

    /// Archives are padded with zeros to the size of a tape record.
    fn read_trailer(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        loop {
            match self.inner.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) if !self.lenient && buffer[..read].iter().any(|byte| *byte != 0) => {
                    return Err(malformed("there is garbage after the end of the archive"));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn read_whole(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        self.inner.read_exact(buffer).map_err(truncated)?;
        self.position += buffer.len() as u64;
        Ok(())
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        let mut left = self.content.saturating_add(self.padding);
        self.sparse = None;
        (self.content, self.padding) = (0, 0);
        let mut buffer = [0; 16 * 1024];
        while left > 0 {
            let piece = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            self.read_whole(&mut buffer[..piece])?;
            left -= piece as u64;
        }
        Ok(())
    }

    /// Takes a header that speaks of the next one; false if it is an entry's own.
    fn extend(
        &mut self,
        header: &Header,
        extensions: &mut Extensions,
    ) -> std::result::Result<bool, String> {
        let twice = match header.kind() {
            b'L' => {
                let name = self.long_name(header)?;
                extensions.long_name.replace(name).is_some()
            }
            b'K' => {
                let name = self.long_name(header)?;
                extensions.long_link.replace(name).is_some()
            }
            b'g' if self.lenient => {
                self.extension(header)?;
                false
            }
            b'x' => {
                let records = Records::parse(&self.extension(header)?, self.lenient)?;
                extensions.records.replace(records).is_some()
            }
            _ => return Ok(false),
        };
        match twice {
            true => Err("it repeats an extension of the entry".to_owned()),
            false => Ok(true),
        }
    }

    fn long_name(&mut self, header: &Header) -> std::result::Result<Vec<u8>, String> {
        let mut name = self.extension(header)?;
        if name.last() == Some(&0) {
            name.pop();
        }
        Ok(name)
    }

    fn extension(&mut self, header: &Header) -> std::result::Result<Vec<u8>, String> {
        let size = header.size()?;
        let most = match self.lenient {
            true => MAX_LENIENT_EXTENSION,
            false => MAX_EXTENSION,
        };
        if size > most {
            return Err(format!("its extension has {size} bytes"));
        }
        let mut bytes = vec![0; size as usize];
        self.read_whole(&mut bytes)
            .map_err(|error| error.to_string())?;
        self.padding = padding_of(size);
        Ok(bytes)
    }
}

fn padding_of(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

fn malformed(cause: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}

fn truncated(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof if error.get_ref().is_none() => {
            io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is truncated")
        }
        _ => error,
    }
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
