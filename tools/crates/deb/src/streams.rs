//! Several compressed streams in sequence, which gzip, bzip2 and zstd allow.
//!
//! dpkg ignores bytes after a stream, and some archives have padding or a line end there. So bytes that cannot start
//! another stream are ignored. Only the first byte decides: a damaged stream is an error, not an early end.

use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

/// Gzip, or uncompressed data, which zlib and dpkg return unchanged.
pub(crate) fn gzip<'a>(mut inner: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    match inner.fill_buf()?.first() {
        Some(0x1f) | None => streams(Gzip(GzDecoder::new(inner))),
        Some(_) => Ok(Box::new(inner)),
    }
}

pub(crate) fn bzip2<'a>(inner: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    streams(Bzip2(BzDecoder::new(inner)))
}

/// Zstandard, with the maximum window size as a power of two.
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
    /// The decoder of the next stream, after this one has ended. `None` if there is no further stream.
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

/// Whether `byte` accepts the next byte.
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
