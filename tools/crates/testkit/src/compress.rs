use std::io::{Read, Write};

use liblzma::stream::{LzmaOptions, MtStreamBuilder, Stream};

/// Compresses with the format of a file name suffix: ``""``, `.gz`, `.xz`, `.zst`, `.bz2` or `.lzma`; returns the bytes
/// unchanged for any other suffix.
pub fn compress(ending: &str, bytes: &[u8]) -> Vec<u8> {
    match ending {
        ".gz" => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        ".bz2" => {
            let level = bzip2::Compression::new(1);
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        ".xz" => read_all(liblzma::read::XzEncoder::new(bytes, 0)),
        ".lzma" => {
            let options = LzmaOptions::new_preset(0).unwrap();
            let stream = Stream::new_lzma_encoder(&options).unwrap();
            read_all(liblzma::read::XzEncoder::new_stream(bytes, stream))
        }
        ".zst" => zstd::stream::encode_all(bytes, 3).unwrap(),
        _ => bytes.to_vec(),
    }
}

/// Compresses with xz in blocks of this size, with sizes in the block headers, as dpkg writes them with several
/// threads.
pub fn xz_blocks(bytes: &[u8], block: u64) -> Vec<u8> {
    let mut builder = MtStreamBuilder::new();
    let stream = builder.threads(2).preset(0).block_size(block).encoder();
    read_all(liblzma::read::XzEncoder::new_stream(bytes, stream.unwrap()))
}

fn read_all(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}
