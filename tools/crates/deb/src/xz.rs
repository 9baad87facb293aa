//! xz and lzma with liblzma: with limited memory, and on several threads if the file has several blocks.
//!
//! The integrity check of each block is computed although the SHA-256 of a locked package is computed too. On x86-64 with
//! CLMUL it is less than 1 % of the CPU of making a layer; without CLMUL it was 3 to 5 % (November 2026, `lzma_crc64` in
//! samples of libc6, libssl3, libstdc++6 and openjdk-17-jre-headless). Without the check, a package that dpkg refuses
//! would become a layer if its lock names its digest.

use std::io::{self, BufRead, Read};
use std::thread;

use liblzma::stream::{Action, Error, MtStreamBuilder, Status, Stream};

use crate::permit::Permit;

/// The memory limit of a decoder. The dictionaries of Debian's packages have up to 64 MiB.
const MEMORY: u64 = 128 * 1024 * 1024;

/// More threads would exceed [`MEMORY`] with the block size of dpkg (24 MiB).
const MAX_THREADS: usize = 4;

/// Decodes a reader to its end.
pub(crate) struct Decoder<R> {
    inner: R,
    stream: Stream,
    /// For a stream with threads. Dropped after the stream, which stops them.
    permit: Option<Permit>,
    lzma: bool,
    ended: bool,
}

impl<R: BufRead> Decoder<R> {
    /// Decodes xz with one or several streams. `size` is the number of bytes of `inner`.
    ///
    /// Uses several threads if the first stream has several blocks and no other decoder of the process uses them.
    pub(crate) fn xz(mut inner: R, size: u64) -> io::Result<Self> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let several = threads > 1 && has_several_blocks(inner.fill_buf()?, size);
        let permit = several.then(Permit::take).flatten();
        let stream = if permit.is_some() {
            MtStreamBuilder::new()
                .threads(threads.min(MAX_THREADS) as u32)
                .memlimit_threading(MEMORY)
                .memlimit_stop(MEMORY)
                .decoder()
        } else {
            Stream::new_stream_decoder(MEMORY, 0)
        };
        let mut decoder = Self::new(inner, stream, false)?;
        decoder.permit = permit;
        Ok(decoder)
    }

    /// Decodes the older format of LZMA utils, which has no checksum.
    pub(crate) fn lzma(inner: R) -> io::Result<Self> {
        Self::new(inner, Stream::new_lzma_decoder(MEMORY), true)
    }

    fn new(inner: R, stream: Result<Stream, Error>, lzma: bool) -> io::Result<Self> {
        Ok(Self {
            inner,
            stream: stream.map_err(explain)?,
            permit: None,
            lzma,
            ended: false,
        })
    }

    /// Handles the end of a stream: the end of the input (see `streams.rs`), or the start of the next stream. Zeros are
    /// allowed between streams (The .xz File Format 1.2.1, section 2.2).
    fn end_stream(&mut self) -> io::Result<()> {
        loop {
            let next = self.inner.fill_buf()?;
            match next.first() {
                Some(0) => {
                    let zeros = next.iter().take_while(|byte| **byte == 0).count();
                    self.inner.consume(zeros);
                }
                Some(0xfd) if !self.lzma => {
                    self.stream = Stream::new_stream_decoder(MEMORY, 0).map_err(explain)?;
                    self.permit = None;
                    return Ok(());
                }
                _ => {
                    self.ended = true;
                    return Ok(());
                }
            }
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            let input = self.inner.fill_buf()?;
            let at_end = input.is_empty();
            let action = if at_end { Action::Finish } else { Action::Run };
            let (read, written) = (self.stream.total_in(), self.stream.total_out());
            let status = self
                .stream
                .process(input, buffer, action)
                .map_err(explain)?;
            let read = self.stream.total_in() - read;
            let written = (self.stream.total_out() - written) as usize;
            self.inner.consume(read as usize);
            match status {
                Status::StreamEnd => self.end_stream()?,
                Status::MemNeeded if at_end => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

fn explain(error: Error) -> io::Error {
    match error {
        Error::MemLimit | Error::Mem => io::ErrorKind::OutOfMemory.into(),
        _ => io::ErrorKind::InvalidData.into(),
    }
}

/// Whether the file has several blocks: only then is parallel decoding worth its memory.
///
/// Reads the header of the first block: writers that use threads store the block's sizes there (The .xz File Format
/// 1.2.1, sections 2.1.1 and 3.1).
fn has_several_blocks(start: &[u8], size: u64) -> bool {
    const STREAM_HEADER: u64 = 12;
    // An index with one record, and the footer.
    const AT_MOST_AFTER_ONE: u64 = 24 + 12;
    let block = || {
        let flags = *start.get(7)?;
        let header = (u64::from(*start.get(12)?) + 1) * 4;
        let has_sizes = start.get(13)? & 0xc0 == 0xc0;
        let compressed = has_sizes
            .then(|| variable_length(start.get(14..)?))
            .flatten()?;
        let check = match flags & 0x0f {
            0 => 0,
            low => 4 << ((low - 1) / 3),
        };
        Some(header + compressed.next_multiple_of(4) + check)
    };
    block().is_some_and(|block| size.saturating_sub(STREAM_HEADER + block) > AT_MOST_AFTER_ONE)
}

/// Seven bits in each byte, lowest first; the highest bit of the last byte is zero.
fn variable_length(bytes: &[u8]) -> Option<u64> {
    let mut value = 0;
    for (at, byte) in bytes.iter().take(8).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
