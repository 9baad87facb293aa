//! Reads the files that the command line names; errors contain their paths as given.

use std::path::Path;

use blob::{read_regular, Result, ResultExt};
use worker::Request;

/// The content of a file with at most `most` bytes.
pub(crate) fn read(request: &Request, path: &Path, most: u64) -> Result<Vec<u8>> {
    read_regular(&request.path(path), most).cannot("read", path.display())
}

/// As [`read`], for a text.
pub(crate) fn read_text(request: &Request, path: &Path, most: u64) -> Result<String> {
    String::from_utf8(read(request, path, most)?).cannot("read", path.display())
}
