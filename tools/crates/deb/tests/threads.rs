//! The number of threads that decode xz. The only test of its process, because it counts the threads of the process.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Read;
use std::thread;

use testkit::xz_blocks;

const BLOCK: u64 = 256 * 1024;

#[test]
fn one_decoder_of_the_process_has_threads() {
    let text: Vec<u8> = (0..BLOCK as u32).flat_map(u32::to_le_bytes).collect();
    let packed = xz_blocks(&text, BLOCK);
    let size = packed.len() as u64;
    let begun = || {
        let mut reader = deb::decompressed(packed.as_slice(), size).unwrap();
        reader.read_exact(&mut [0; 1000]).unwrap();
        reader
    };
    let before = threads();
    let mut first = begun();
    let with_first = threads();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    assert_eq!(with_first > before, processors > 1, "{before} {with_first}");

    // The others decode the same bytes without threads.
    let mut second = begun();
    assert_eq!(threads(), with_first);
    assert_eq!(rest(&mut second), text[1000..]);
    assert_eq!(rest(&mut first), text[1000..]);

    // The end of the first decoder permits threads to the next one.
    drop(first);
    assert_eq!(threads(), before);
    let _third = begun();
    assert_eq!(threads(), with_first);
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

fn rest(reader: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}
