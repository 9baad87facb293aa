use std::io::{self, Write};

use crate::Entry;

/// What an archive is written to. Some blobs tell where in them a file lies; these are told where its content begins.
pub trait Sink: Write {
    /// The header of this entry was written. The content comes next, as many bytes as the entry states.
    fn begin(&mut self, _entry: &Entry) -> io::Result<()> {
        Ok(())
    }

    /// All entries were written. What ends an archive comes next.
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Vec<u8> {}
