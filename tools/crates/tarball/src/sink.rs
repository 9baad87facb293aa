use std::io::{self, Write};

use crate::Entry;

/// The output of an archive writer. Formats with a table of contents need to know the position of each file.
pub trait Sink: Write {
    /// Called after the header of this entry. Its content follows, with the size of the entry.
    fn begin(&mut self, _entry: &Entry) -> io::Result<()> {
        Ok(())
    }

    /// Called after all entries. The end of the archive follows.
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Vec<u8> {}
