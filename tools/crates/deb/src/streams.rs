//! Compressed streams one after the other, as gzip, bzip2 and zstd have them.
//!
//! dpkg does not look at what comes after a stream, and archives have padding or a line end there. So what begins like no further
//! stream is passed over. Its first byte decides: what may be one and is damaged, is an error and not an early end.

use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

/// Gzip; uncompressed data too, which zlib passes on, and so does dpkg.
pub(crate) fn gzip<'a>(mut inner: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    match inner.fill_buf()?.first() {
        Some(0x1f) | None => streams(Gzip(GzDecoder::new(inner))),
        Some(_) => Ok(Box::new(inner)),
    }
}

pub(crate) fn bzip2<'a>(inner: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    streams(Bzip2(BzDecoder::new(inner)))
}

/// Zstandard, with windows of up to so many bytes, as a power of two.
pub(crate) fn zstd<'a>(
    inner: impl BufRead + 'a,
    window_log: u32,
) -> io::Result<Box<dyn Read + 'a>> {
    streams(Zstd::begin(inner, window_log)?)
}

fn streams<'a>(first: impl Stream + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(Box::new(Streams(Some(first))))
}

/// The decoder of one stream.
trait Stream: Read + Sized {
    /// The decoder of the stream after this one, which has ended; none where no further one begins.
    fn next(self) -> io::Result<Option<Self>>;
}

struct Streams<S>(Option<S>);

impl<S: Stream> Read for Streams<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let (Some(stream), false) = (&mut self.0, buffer.is_empty()) {
            let read = stream.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            self.0 = self.0.take().map_or(Ok(None), Stream::next)?;
        }
        Ok(0)
    }
}

/// Whether what follows begins with such a byte.
fn begins(inner: &mut impl BufRead, byte: impl Fn(u8) -> bool) -> io::Result<bool> {
    Ok(inner.fill_buf()?.first().copied().is_some_and(byte))
}

struct Gzip<R>(GzDecoder<R>);

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> Stream for Gzip<R> {
    fn next(self) -> io::Result<Option<Self>> {
        let mut inner = self.0.into_inner();
        let more = begins(&mut inner, |byte| byte == 0x1f)?;
        Ok(more.then(|| Self(GzDecoder::new(inner))))
    }
}

struct Bzip2<R>(BzDecoder<R>);

impl<R: BufRead> Read for Bzip2<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> Stream for Bzip2<R> {
    fn next(self) -> io::Result<Option<Self>> {
        let mut inner = self.0.into_inner();
        let more = begins(&mut inner, |byte| byte == b'B')?;
        Ok(more.then(|| Self(BzDecoder::new(inner))))
    }
}

struct Zstd<R: BufRead> {
    decoder: ZstdDecoder<'static, R>,
    window_log: u32,
}

impl<R: BufRead> Zstd<R> {
    fn begin(inner: R, window_log: u32) -> io::Result<Self> {
        let mut decoder = ZstdDecoder::with_buffer(inner)?.single_frame();
        decoder.window_log_max(window_log)?;
        Ok(Self {
            decoder,
            window_log,
        })
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer)
    }
}

impl<R: BufRead> Stream for Zstd<R> {
    fn next(self) -> io::Result<Option<Self>> {
        let mut inner = self.decoder.finish();
        // A frame, or one to be skipped (RFC 8878, sections 3.1.1 and 3.1.2).
        let more = begins(&mut inner, |byte| matches!(byte, 0x28 | 0x50..=0x5f))?;
        more.then(|| Self::begin(inner, self.window_log))
            .transpose()
    }
}
