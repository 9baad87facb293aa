use std::io::{self, BufRead, Read};

use crate::ar::Truncated;
use crate::{streams, xz, Guarded};

/// The maximum Zstandard window: 128 MiB, the default limit of the zstd tool.
const ZSTD_WINDOW_LOG: u32 = 27;

/// The compression of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Bzip2,
    Lzma,
    Xz,
    Zstd,
}

impl Compression {
    /// By the suffix after `control.tar` or `data.tar`.
    pub(crate) fn of(ending: &str) -> Option<Self> {
        match ending {
            "" => Some(Self::None),
            ".gz" => Some(Self::Gzip),
            ".bz2" => Some(Self::Bzip2),
            ".lzma" => Some(Self::Lzma),
            ".xz" => Some(Self::Xz),
            ".zst" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// By the first bytes. Unknown bytes count as uncompressed.
    fn of_start(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'B', b'Z', b'h', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A skippable frame (RFC 8878, 3.1.2), with which seekable files may start.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Lzma => "lzma",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// Decompresses `inner`, which has `size` bytes.
    pub(crate) fn decoder<'a>(
        self,
        inner: impl BufRead + 'a,
        size: u64,
    ) -> io::Result<Box<dyn Read + 'a>> {
        let decoder: io::Result<Box<dyn Read + 'a>> = match self {
            Self::None => Ok(Box::new(inner)),
            Self::Gzip => streams::gzip(inner),
            Self::Bzip2 => streams::bzip2(inner),
            Self::Lzma => xz::Decoder::lzma(inner).map(|decoder| Box::new(decoder) as _),
            Self::Xz => xz::Decoder::xz(inner, size).map(|decoder| Box::new(decoder) as _),
            Self::Zstd => streams::zstd(inner, ZSTD_WINDOW_LOG),
        };
        let inner = decoder.map_err(|error| self.explain(error))?;
        Ok(Box::new(Explained {
            inner: Guarded::new(inner),
            compression: self,
        }))
    }

    /// Replaces the libraries' messages by ours; keeps errors of the archive and of the system.
    fn explain(self, error: io::Error) -> io::Error {
        let ours = error.get_ref().is_some_and(|cause| cause.is::<Truncated>());
        if ours || error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
            return error;
        }
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => "is truncated",
            io::ErrorKind::OutOfMemory => "needs more than 128 MiB of memory",
            _ => "is damaged",
        };
        io::Error::new(error.kind(), format!("its {} data {what}", self.name()))
    }
}

/// Decompresses `inner`, which has `size` bytes. Recognises gzip, xz, zstd and bzip2 by the first bytes; returns
/// anything else unchanged.
///
/// Memory use is limited to 128 MiB. Read errors say whether the data is truncated or damaged.
///
/// # Errors
///
/// The start of `inner` cannot be read, or a decoder cannot be created.
pub fn decompressed<'a>(mut inner: impl BufRead + 'a, size: u64) -> io::Result<Box<dyn Read + 'a>> {
    let compression = Compression::of_start(inner.fill_buf()?);
    compression.decoder(inner, size)
}

/// Whether [`decompressed`] returns data with these first bytes unchanged.
pub fn is_plain(start: &[u8]) -> bool {
    Compression::of_start(start) == Compression::None
}

struct Explained<R> {
    inner: Guarded<R>,
    compression: Compression,
}

impl<R: Read> Read for Explained<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        read.map_err(|error| self.compression.explain(error))
    }
}
