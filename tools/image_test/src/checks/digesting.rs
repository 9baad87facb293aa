//! Computes the digest of a file that arrives in pieces.

use std::io::{self, Write};
use std::mem;

use blob::{Digest, HashingWriter};

/// Handles one file at a time.
#[derive(Default)]
pub(super) struct Digesting(Option<HashingWriter<io::Sink>>);

impl Digesting {
    /// Starts a file.
    pub(super) fn begin(&mut self) {
        self.0 = Some(HashingWriter::new(io::sink()));
    }

    pub(super) fn add(&mut self, piece: &[u8]) {
        if let Some(hash) = &mut self.0 {
            // Writing to a sink does not fail.
            let _ = hash.write_all(piece);
        }
    }

    /// Ends the file; `None` if none was started.
    pub(super) fn take(&mut self) -> Option<Digest> {
        mem::take(&mut self.0).map(|hash| hash.finish().1.digest)
    }
}
