//! As much of a file's content as its visitors want.

use std::io::Read;

use tarball::Entry;

use crate::layer::{Content, Stop};
use crate::{Visitor, Want};

/// A larger buffer is not kept for the next file.
const KEPT: usize = 4 * 1024 * 1024;

/// No more of a file is held, whoever wants it: a megabyte of gzip may stand for a gigabyte.
const HELD: u64 = 160 * 1024 * 1024;

/// Reads what is wanted. The buffer grows with what comes, not with what the header claims.
pub(crate) fn fill(
    content: &mut Vec<u8>,
    want: Want,
    size: u64,
    reader: Content,
) -> std::io::Result<()> {
    content.clear();
    content.shrink_to(KEPT);
    let most = match want {
        Want::Nothing => 0,
        Want::Head(most) => size.min(most as u64),
        Want::All => size,
    };
    if most > HELD {
        let cause = format!("it has {size} bytes, at most {HELD} are held");
        return Err(std::io::Error::other(cause));
    }
    if most > 0 {
        reader.take(most).read_to_end(content)?;
    }
    Ok(())
}

/// How much of a file's content is given at once.
const PIECE: usize = 64 * 1024;

/// Gives a file's content in pieces to those that take it so: its `start`, which was read, and the rest.
pub(crate) fn pieces(
    visitors: &mut [&mut dyn Visitor],
    layer: usize,
    entry: &Entry,
    start: &[u8],
    reader: Content,
) -> std::result::Result<(), Stop> {
    let takes = visitors
        .iter_mut()
        .map(|visitor| visitor.wants_pieces(layer, entry));
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
