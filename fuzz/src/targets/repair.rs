//! Checksums that a changed input must have right to be read further.

/// The offsets of `ustar` and of the checksum in a header of tar (POSIX.1, pax, "ustar Interchange Format").
const MAGIC: usize = 257;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const HEADER: usize = 512;

/// Writes the checksum of everything in the input that looks like a header of tar.
pub(super) fn tar(input: &mut [u8]) {
    let magics: Vec<usize> = input
        .windows(5)
        .enumerate()
        .filter(|(_, five)| five == b"ustar")
        .map(|(at, _)| at)
        .collect();
    for magic in magics {
        let Some(start) = magic.checked_sub(MAGIC) else {
            continue;
        };
        let Some(header) = input.get_mut(start..start + HEADER) else {
            continue;
        };
        header[CHECKSUM].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}
