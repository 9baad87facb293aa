//! Decompression of damaged data.

#![allow(clippy::unwrap_used)]

use std::io::Read;

use testkit::compress;

/// The bzip2 decoder aborted the process if it was called again after an error.
#[test]
fn an_error_is_final() {
    let text: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
    for ending in [".gz", ".bz2", ".xz", ".zst"] {
        let packed = compress(ending, &text);
        for at in (0..packed.len()).step_by(packed.len() / 100 + 1).skip(1) {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x55;
            let size = damaged.len() as u64;
            let Ok(mut reader) = deb::decompressed(damaged.as_slice(), size) else {
                continue;
            };
            if reader.read_to_end(&mut Vec::new()).is_err() {
                assert!(reader.read(&mut [0; 10]).is_err(), "{ending}, byte {at}");
            }
        }
    }
}
