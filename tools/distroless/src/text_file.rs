//! Text files that a user names: no pipe or device is opened, and no more than a limit is read.

use std::io;
use std::path::Path;

use blob::read_regular;

/// The text of a regular file with at most `most` bytes.
///
/// # Errors
///
/// The file cannot be read, is no regular file, is larger, or is no UTF-8.
pub(crate) fn read_text(path: &Path, most: usize) -> io::Result<String> {
    let bytes = read_regular(path, most as u64)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
