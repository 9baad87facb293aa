//! Reads blocks: headers, the end of an archive, and extensions of the next entry.

use std::io::{self, Read};

use super::{padding_of, truncated, Ending, Reader};
use crate::header::{more_sparse, Header};
use crate::pax::Records;
use crate::raw::{Extensions, MAX_SIZE};
use crate::sparse::{map_before_content, Described, Sparse};
use crate::{RawEntry, BLOCK};

/// The maximum size of the records of one entry. GNU's long names are shorter.
const MAX_EXTENSION: u64 = 64 * 1024;

/// The maximum count of numbers in the map of a sparse file; further blocks are not read.
const MAX_NUMBERS: usize = 128 * 1024;

/// The maximum in lenient mode, because records may contain extended attributes.
const MAX_LENIENT_EXTENSION: u64 = 1024 * 1024;

impl<R: Read> Reader<R> {
    /// Reads the map of a sparse file, and sets the real size of the entry.
    pub(super) fn holes(
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
                let numbers = if holes.before_content {
                    map_before_content(|| {
                        let mut block = [0; BLOCK];
                        self.read_exact(&mut block)?;
                        Ok(block)
                    })?
                } else {
                    holes.numbers
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

    /// The next block, or `None` at the end of the archive.
    pub(super) fn header_block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = [0; BLOCK];
        if self.ended {
            return Ok(None);
        }
        if !self.fill(&mut block)? {
            self.ended = true;
            self.ending = Ending::None;
            return Ok(None);
        }
        if block != [0; BLOCK] {
            return Ok(Some(block));
        }
        if !self.open_ended {
            let second = self.fill(&mut block)?;
            if second && block != [0; BLOCK] {
                return Err(malformed("a single zero block precedes it"));
            }
            if !second {
                self.ending = Ending::OneBlock;
            }
        }
        self.read_trailer()?;
        self.ended = true;
        Ok(None)
    }

    /// Reads a block; false if the archive ends before it and is permitted to.
    pub(super) fn fill(&mut self, block: &mut [u8; BLOCK]) -> io::Result<bool> {
        let may_end = self.lenient || self.open_ended;
        if may_end {
            let mut first = (&mut self.inner).take(1);
            if io::copy(&mut first, &mut block.as_mut_slice())? == 0 {
                return Ok(false);
            }
            self.position += 1;
        }
        self.read_whole(&mut block[usize::from(may_end)..])?;
        Ok(true)
    }

    /// Whether only zeros may follow the end of the archive.
    pub(super) fn is_strict(&self) -> bool {
        !self.lenient && !self.open_ended
    }

    /// Reads the zeros that pad archives to the size of a tape record.
    pub(super) fn read_trailer(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        loop {
            match self.inner.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) if self.is_strict() && buffer[..read].iter().any(|byte| *byte != 0) => {
                    return Err(malformed("there is garbage after the end of the archive"));
                }
                Ok(read) if buffer[..read].iter().any(|byte| *byte != 0) => {
                    self.ending = Ending::Hidden;
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn read_whole(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        self.inner.read_exact(buffer).map_err(truncated)?;
        self.position += buffer.len() as u64;
        Ok(())
    }

    pub(super) fn skip_rest(&mut self) -> io::Result<()> {
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

    /// Reads a header that extends the next one; returns false if it is an entry's own header.
    pub(super) fn extend(
        &mut self,
        header: &Header,
        extensions: &mut Extensions,
    ) -> std::result::Result<bool, String> {
        let twice = match header.kind() {
            b'L' => {
                let name = self.long_name(header)?;
                extensions.long_name.replace(name).is_some() && self.is_strict()
            }
            b'K' => {
                let name = self.long_name(header)?;
                extensions.long_link.replace(name).is_some() && self.is_strict()
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
        if twice {
            Err("it repeats an extension of the entry".to_owned())
        } else {
            Ok(true)
        }
    }

    pub(super) fn long_name(&mut self, header: &Header) -> std::result::Result<Vec<u8>, String> {
        let mut name = self.extension(header)?;
        // GNU tar ends the name with a NUL, other programs do not. Bytes after a NUL do not belong to it.
        if let Some(end) = name.iter().position(|byte| *byte == 0) {
            name.truncate(end);
        }
        Ok(name)
    }

    pub(super) fn extension(&mut self, header: &Header) -> std::result::Result<Vec<u8>, String> {
        let size = header.size()?;
        let most = if self.lenient {
            MAX_LENIENT_EXTENSION
        } else {
            MAX_EXTENSION
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

fn malformed(cause: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause)
}
