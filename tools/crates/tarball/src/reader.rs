use std::io::{self, Read};

use blob::{Error, Result};

use crate::header::Header;
use crate::path::printable;
use crate::pax::Records;
use crate::{Entry, EntryPath, Kind, BLOCK, MAX_NAME};

/// No file of a package or an image is larger; a header that says so is broken.
const MAX_SIZE: u64 = 1 << 36;

/// Room for the records of one entry; GNU's long names are one record and need less.
const MAX_EXTENSION: u64 = 64 * 1024;

/// Reads an archive entry by entry, in one pass.
///
/// Reading from the reader itself gives the content of the current entry; what is left of it is skipped by the next
/// [`Reader::next_entry`]. The archive must end as tar says, with two blocks of zeros and zeros only after them.
#[derive(Debug)]
pub struct Reader<R> {
    inner: R,
    /// Bytes read so far: messages name an entry whose header cannot be read by its place.
    position: u64,
    /// What is left of the current entry's content, and the padding after it.
    content: u64,
    padding: u64,
    ended: bool,
}

/// What blocks before an entry's own header say of it.
#[derive(Default)]
struct Extensions {
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
    records: Option<Records>,
}

impl<R: Read> Reader<R> {
    /// Reads from the start of an archive.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            position: 0,
            content: 0,
            padding: 0,
            ended: false,
        }
    }

    /// The next entry, or `None` at the end of the archive, which is then read to its last byte.
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
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
                return self.entry(&header, extensions).map(Some);
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

    /// The next block, unless the archive ends here.
    fn header_block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = [0; BLOCK];
        if self.ended {
            return Ok(None);
        }
        self.read_whole(&mut block)?;
        if block != [0; BLOCK] {
            return Ok(Some(block));
        }
        self.read_whole(&mut block)?;
        if block != [0; BLOCK] {
            return Err(malformed("a single block of zeros stands before it"));
        }
        self.read_trailer()?;
        self.ended = true;
        Ok(None)
    }

    /// Archives are padded with zeros to the size of a tape record.
    fn read_trailer(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        loop {
            match self.inner.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) if buffer[..read].iter().any(|byte| *byte != 0) => {
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
        let mut left = self.content + self.padding;
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
            b'x' => {
                let records = Records::parse(&self.extension(header)?)?;
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
        if size > MAX_EXTENSION {
            return Err(format!("its extension has {size} bytes"));
        }
        let mut bytes = vec![0; size as usize];
        self.read_whole(&mut bytes)
            .map_err(|error| error.to_string())?;
        self.padding = padding_of(size);
        Ok(bytes)
    }

    fn entry(&mut self, header: &Header, extensions: Extensions) -> Result<Entry> {
        let records = extensions.records.unwrap_or_default();
        let name = records.path.or(extensions.long_name);
        let name = name.unwrap_or_else(|| header.name());
        let fail = |cause: String| Error::cannot("read entry", printable(&name), cause);
        let path = EntryPath::parse(&name).map_err(|why| fail(format!("its {why}")))?;
        let size = match records.size {
            Some(size) => size,
            None => header.size().map_err(fail)?,
        };
        let link = records.linkpath.or(extensions.long_link);
        let link = link.unwrap_or_else(|| header.link());
        let kind = kind(header.kind(), &name, size, link).map_err(fail)?;
        let number = |record: Option<u64>, field| record.map_or(field, Ok).map_err(fail);
        let entry = Entry {
            kind,
            mode: header.mode().map_err(fail)?,
            uid: number(records.uid, header.uid())?,
            gid: number(records.gid, header.gid())?,
            mtime: number(records.mtime, header.mtime())?,
            path,
        };
        (self.content, self.padding) = (size, padding_of(size));
        Ok(entry)
    }
}

impl Extensions {
    fn is_empty(&self) -> bool {
        self.long_name.is_none() && self.long_link.is_none() && self.records.is_none()
    }
}

fn padding_of(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}

/// What a type letter stands for. The error is a cause.
fn kind(letter: u8, name: &[u8], size: u64, link: Vec<u8>) -> std::result::Result<Kind, String> {
    let kind = match letter {
        // Before POSIX, a folder was a file whose name ends in a slash.
        0 if name.ends_with(b"/") => Kind::Directory,
        0 | b'0' | b'7' => Kind::File { size },
        b'1' => Kind::Hardlink {
            target: EntryPath::parse(&link).map_err(|why| format!("its target's {why}"))?,
        },
        b'2' if link.is_empty() => return Err("its target is empty".to_owned()),
        b'2' if link.len() > MAX_NAME => return Err("its target is too long".to_owned()),
        b'2' if link.contains(&0) => return Err("its target holds a NUL byte".to_owned()),
        b'2' => Kind::Symlink { target: link },
        b'5' => Kind::Directory,
        b'3' => return Err("it is a character device".to_owned()),
        b'4' => return Err("it is a block device".to_owned()),
        b'6' => return Err("it is a named pipe".to_owned()),
        b'S' => return Err("it is a sparse file".to_owned()),
        other => {
            let letter = printable(&[other]);
            return Err(format!("tar entries of type `{letter}` are not supported"));
        }
    };
    match kind {
        Kind::File { size } if size > MAX_SIZE => {
            Err(format!("its size of {size} bytes is absurd"))
        }
        Kind::Symlink { .. } | Kind::Hardlink { .. } | Kind::Directory if size != 0 => {
            Err(format!("it is a {} with content", kind.noun()))
        }
        Kind::Directory => Ok(kind),
        _ if name.ends_with(b"/") => Err(format!("it is a {} named as a folder", kind.noun())),
        _ => Ok(kind),
    }
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

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
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
