use std::io;
use std::str::FromStr;

use blob::Error;

/// The compression of a layer. Each format has one encoder with one setting (`docs/decisions/0001-gzip-encoder.md`).
///
/// To add one, add a variant and its row of `NAMES` here, and a row to `rules/private/layer/compression.bzl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip: libdeflate level 6, one member for each 1 MiB.
    Gzip,
    /// Zstandard: level 3, one frame with a checksum for each 4 MiB.
    Zstd,
    /// eStargz: gzip level 6, one member for each file and for each 4 MiB of a file, and a table of contents.
    Estargz,
    /// No compression.
    None,
}

/// The names of the compressions on command lines.
const NAMES: &[(&str, Compression)] = &[
    ("gzip", Compression::Gzip),
    ("zstd", Compression::Zstd),
    ("estargz", Compression::Estargz),
    ("none", Compression::None),
];

const GZIP_LEVEL: i32 = 6;
const GZIP_MEMBER: usize = 1024 * 1024;
const ZSTD_LEVEL: i32 = 3;
const ZSTD_FRAME: usize = 4 * 1024 * 1024;

impl Compression {
    /// The media type of a layer (OCI image specification, `layer.md`).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Gzip | Self::Estargz => "application/vnd.oci.image.layer.v1.tar+gzip",
            Self::Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
            Self::None => "application/vnd.oci.image.layer.v1.tar",
        }
    }

    /// The number of bytes of the archive for one member, frame or write.
    pub(crate) fn chunk(self) -> usize {
        match self {
            Self::Gzip | Self::None => GZIP_MEMBER,
            Self::Zstd | Self::Estargz => ZSTD_FRAME,
        }
    }

    pub(crate) fn encoder(self) -> io::Result<Encoder> {
        match self {
            Self::Gzip | Self::Estargz => {
                let level = libdeflater::CompressionLvl::new(GZIP_LEVEL);
                let level = level.map_err(|_| io::Error::other("no such gzip level"))?;
                let encoder = libdeflater::Compressor::new(level);
                Ok(Encoder::Gzip(encoder, Vec::new()))
            }
            Self::Zstd => {
                let mut encoder = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Ok(Encoder::Zstd(encoder))
            }
            Self::None => Ok(Encoder::None),
        }
    }
}

impl FromStr for Compression {
    type Err = Error;

    fn from_str(text: &str) -> blob::Result<Self> {
        let row = NAMES.iter().find(|(name, _)| *name == text);
        row.map(|(_, compression)| *compression).ok_or_else(|| {
            let known: Vec<_> = NAMES.iter().map(|(name, _)| format!("`{name}`")).collect();
            let cause = format!("expected one of {}", known.join(", "));
            Error::cannot("read compression", text, cause)
        })
    }
}

/// Compresses one chunk. The outputs of consecutive chunks can be concatenated.
pub(crate) enum Encoder {
    /// With a buffer for the largest possible result, which most results are much smaller than.
    Gzip(libdeflater::Compressor, Vec<u8>),
    Zstd(zstd::bulk::Compressor<'static>),
    None,
}

impl Encoder {
    pub(crate) fn encode(&mut self, chunk: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip(encoder, buffer) => {
                let bound = encoder.gzip_compress_bound(chunk.len());
                if buffer.len() < bound {
                    *buffer = vec![0; bound];
                }
                let size = encoder.gzip_compress(chunk, buffer);
                Ok(buffer[..size.map_err(io::Error::other)?].to_vec())
            }
            Self::Zstd(encoder) => encoder.compress(chunk),
            Self::None => Ok(chunk.to_vec()),
        }
    }
}
