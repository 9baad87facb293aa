//! The compression formats of index files, as apt supports them (`Acquire::CompressionTypes`, apt.conf(5)).

use std::io::Read;

use deb::Guarded;

/// The suffixes of the supported formats in the order in which they are requested; uncompressed text is the last. apt
/// also reads `.lz4`, which no decoder here supports.
pub(crate) const SUFFIXES: [&str; 6] = [".xz", ".gz", ".bz2", ".lzma", ".zst", ""];

/// Formats that apt reads and this crate does not. An error message names them.
pub(crate) const UNREADABLE: [&str; 1] = [".lz4"];

/// The memory that a decoder may use for its dictionary. `xz -9` uses 65 MiB, and no index needs more.
const MAX_DICTIONARY: u64 = 66 << 20;

/// The largest window of zstd as a power of two: 64 MiB. Only `zstd --long` writes larger ones.
const MAX_WINDOW_LOG: u32 = 26;

/// Returns a reader that decompresses `bytes`. The suffix gives the format.
pub(crate) fn unpacked<'a>(bytes: &'a [u8], suffix: &str) -> std::io::Result<impl Read + 'a> {
    decoder(bytes, suffix).map(Guarded::new)
}

fn decoder<'a>(bytes: &'a [u8], suffix: &str) -> std::io::Result<Box<dyn Read + 'a>> {
    use liblzma::stream::{Stream, CONCATENATED, IGNORE_CHECK};
    let lzma = |stream| liblzma::read::XzDecoder::new_stream(bytes, stream);
    Ok(match suffix {
        ".xz" => Box::new(lzma(Stream::new_stream_decoder(
            MAX_DICTIONARY,
            // The checksum that the Release lists for the file protects more than the one in the file.
            CONCATENATED | IGNORE_CHECK,
        )?)),
        ".lzma" => Box::new(lzma(Stream::new_lzma_decoder(MAX_DICTIONARY)?)),
        ".gz" => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        ".bz2" => Box::new(bzip2::read::MultiBzDecoder::new(bytes)),
        ".zst" => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(MAX_WINDOW_LOG)?;
            Box::new(decoder)
        }
        _ => Box::new(bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An input after whose error the bzip2 library ends the process that asks it again.
    #[test]
    fn no_decoder_is_asked_after_its_error() {
        let damaged = include_bytes!("aborts.bz2");
        let mut reader = unpacked(damaged, ".bz2").unwrap();
        assert!(reader.read_to_end(&mut Vec::new()).is_err());
        assert!(reader.read(&mut [0; 10]).is_err());
    }
}
