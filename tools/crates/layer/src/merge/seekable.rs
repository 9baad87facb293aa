//! The entries that eStargz adds to an archive for readers of single files (stargz-snapshotter, `docs/estargz.md`).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use tarball::EntryPath;

const FOOTER: u64 = 51;

/// The position of the magic bytes in the footer, which is an empty gzip member.
const MARK: std::ops::Range<usize> = 32..38;

const NAMES: [&[u8]; 3] = [
    b"stargz.index.json",
    b".prefetch.landmark",
    b".no.prefetch.landmark",
];

/// Whether the blob ends with an eStargz footer. Leaves the file at its start.
pub(super) fn has_footer(file: &mut File) -> io::Result<bool> {
    let mut footer = [0; FOOTER as usize];
    let size = file.seek(SeekFrom::End(0))?;
    if size >= FOOTER {
        file.seek(SeekFrom::End(-(FOOTER as i64)))?;
        file.read_exact(&mut footer)?;
    }
    file.rewind()?;
    Ok(footer.starts_with(b"\x1f\x8b") && &footer[MARK] == b"STARGZ")
}

/// Whether the entry describes the blob itself: its table of contents, or a landmark.
pub(super) fn is_mark(path: &EntryPath) -> bool {
    NAMES.contains(&path.as_bytes())
}
