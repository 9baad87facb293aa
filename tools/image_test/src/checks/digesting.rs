//! The digest of a file that goes by in pieces.

use std::io::{self, Write};
use std::mem;

use blob::{Digest, HashingWriter};

/// Of one file at a time.
#[derive(Default)]
pub(super) struct Digesting(Option<HashingWriter<io::Sink>>);

impl Digesting {
    /// A file begins.
    pub(super) fn begin(&mut self) {
        self.0 = Some(HashingWriter::new(io::sink()));
    }

    pub(super) fn add(&mut self, piece: &[u8]) {
        if let Some(hash) = &mut self.0 {
            // A sink takes all.
            let _ = hash.write_all(piece);
        }
    }

    /// The file has ended; nothing where none had begun.
    pub(super) fn take(&mut self) -> Option<Digest> {
        mem::take(&mut self.0).map(|hash| hash.finish().1.digest)
    }
}
