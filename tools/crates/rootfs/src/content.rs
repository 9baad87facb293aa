//! Reads the part of a file's content that its visitors request.

use std::io::Read;

use tarball::Entry;

use crate::layer::{Content, Stop};
use crate::{ContentPart, Visitor};

/// Buffers above this size are not reused for the next file.
const REUSED_BUFFER: usize = 4 * 1024 * 1024;

/// Largest content in memory, for all visitors: a megabyte of gzip may expand to a gigabyte.
const MAX_IN_MEMORY: u64 = 160 * 1024 * 1024;

/// Reads the requested bytes. The buffer grows with the bytes that arrive, not by the size in the header.
pub(crate) fn fill(
    content: &mut Vec<u8>,
    part: ContentPart,
    size: u64,
    reader: Content,
) -> std::io::Result<()> {
    content.clear();
    content.shrink_to(REUSED_BUFFER);
    let most = match part {
        ContentPart::None => 0,
        ContentPart::Head(most) => size.min(most as u64),
        ContentPart::All => size,
    };
    if most > MAX_IN_MEMORY {
        let cause = format!("it has {size} bytes, the limit is {MAX_IN_MEMORY}");
        return Err(std::io::Error::other(cause));
    }
    if most > 0 {
        reader.take(most).read_to_end(content)?;
    }
    Ok(())
}

/// Size of the pieces. The first one, `start`, may be larger.
const PIECE: usize = 64 * 1024;

/// Passes a file's content in pieces to the visitors that need pieces: first `start`, which was read before, then the
/// rest.
pub(crate) fn pieces(
    visitors: &mut [&mut dyn Visitor],
    layer: usize,
    entry: &Entry,
    start: &[u8],
    reader: Content,
) -> std::result::Result<(), Stop> {
    let takes = visitors
        .iter_mut()
        .map(|visitor| visitor.needs_pieces(layer, entry));
    let takes: Vec<bool> = takes.collect();
    if !takes.contains(&true) {
        return Ok(());
    }
    let mut buffer = vec![0; PIECE];
    let mut piece = start;
    loop {
        let takers = visitors.iter_mut().zip(&takes).filter(|(_, takes)| **takes);
        for (visitor, _) in takers {
            visitor.piece(layer, entry, piece)?;
        }
        let read = match reader.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(Stop::Content(error)),
            Ok(0) => return Ok(()),
            Ok(read) => read,
        };
        piece = &buffer[..read];
    }
}
