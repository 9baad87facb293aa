//! Compressed bytes must not change: they depend only on the input.

#![allow(clippy::unwrap_used)]

use std::io::{self, Read, Write};

use blob::{Blob, Digest};
use tarball::{Compression, Compressor};
use testkit::Noise;

/// Every format with the size of its members, frames or writes.
const FORMS: [(Compression, usize); 3] = [
    (Compression::Gzip, 1024 * 1024),
    (Compression::Zstd, 4 * 1024 * 1024),
    (Compression::None, 1024 * 1024),
];

/// Compresses bytes that are written in pieces of this size.
fn compress(bytes: &[u8], form: Compression, threads: usize, piece: usize) -> Vec<u8> {
    let mut compressor = Compressor::with_threads(Vec::new(), form, threads);
    for piece in bytes.chunks(piece) {
        compressor.write_all(piece).unwrap();
    }
    let compressed = compressor.finish().unwrap();
    assert_eq!(compressed.plain, Blob::of(bytes));
    assert_eq!(compressed.blob, Blob::of(&compressed.inner));
    compressed.inner
}

fn decompress(bytes: &[u8], form: Compression) -> Vec<u8> {
    let mut plain = Vec::new();
    let read = match form.media_type().rsplit_once('+') {
        Some((_, "gzip")) => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain),
        Some((_, "zstd")) => zstd::stream::copy_decode(bytes, &mut plain).map(|()| 0),
        _ => return bytes.to_vec(),
    };
    read.unwrap();
    plain
}

#[test]
fn threads_and_pieces_do_not_matter() {
    let bytes = Noise::new(1).bytes(8 * 1024 * 1024 + 12_345);
    for (form, chunk) in FORMS {
        let bytes = &bytes[..2 * chunk + 12_345];
        let expected = compress(bytes, form, 1, bytes.len());
        assert!(decompress(&expected, form) == bytes, "{form:?}");
        for (threads, piece) in [(2, 4096), (8, 1_000_003)] {
            let found = compress(bytes, form, threads, piece);
            assert!(found == expected, "{form:?} {threads} {piece}");
        }
    }
}

#[test]
fn sizes_around_a_chunk() {
    let bytes = Noise::new(2).bytes(4 * 1024 * 1024 + 1);
    for (form, chunk) in FORMS {
        for size in [0, 1, chunk - 1, chunk, chunk + 1] {
            let bytes = &bytes[..size];
            let found = compress(bytes, form, 2, 65_536);
            assert!(decompress(&found, form) == bytes, "{form:?} {size}");
        }
    }
}

/// The digests of all layers depend on these values. docs/decisions/0001-gzip-encoder.md describes how to change an
/// encoder.
#[test]
fn golden() {
    let bytes = Noise::new(3).bytes(1024 * 1024 + 1);
    let input = "sha256:17ed2dfc060d01d62efccf9e48c3ca3b597809811f51e8e23dd8895fd603c1e4";
    assert_eq!(Digest::of(&bytes).to_string(), input, "the test's own data");
    for (form, size, digest) in [
        (
            Compression::Gzip,
            399738,
            "sha256:dbd1d893e0bf139fbca618d845b51f279d0d6961a66a73d155dc0eee6325713c",
        ),
        (
            Compression::Zstd,
            409473,
            "sha256:42c328c3bd63a6dabca4deaee06ddd88547ae1514486a843919bd740757852e9",
        ),
    ] {
        let found = compress(&bytes, form, 2, 65_536);
        assert_eq!(
            (found.len(), Digest::of(&found).to_string().as_str()),
            (size, digest)
        );
    }
}

#[test]
fn members_are_gzip_without_name_time_and_system() {
    let bytes = compress(b"text", Compression::Gzip, 1, 4);
    assert_eq!(bytes[..10], *b"\x1f\x8b\x08\0\0\0\0\0\0\xff");
}

/// A writer that fails after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const ENOSPC: i32 = 28;
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::Error::from_raw_os_error(ENOSPC))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_reported_whenever_it_shows() {
    let bytes = Noise::new(4).bytes(9 * 1024 * 1024);
    let rooms = FORMS
        .into_iter()
        .flat_map(|(form, _)| [(form, 10), (form, 1_000_000)]);
    for (form, room) in rooms {
        let mut compressor = Compressor::with_threads(Full(room), form, 2);
        let written = compressor.write_all(&bytes);
        let error = match written {
            Ok(()) => compressor.finish().err().unwrap(),
            Err(error) => error,
        };
        assert_eq!(error.to_string(), "No space left on device (os error 28)");
    }
}
