//! Reads and writes the files that the command line names; errors contain their paths as given.

use std::path::Path;

use blob::{read_regular, Outputs, Result, ResultExt};
use image_contents::Contents;
use worker::Request;

/// The contents in a file.
pub(crate) fn read_contents(request: &Request, path: &Path) -> Result<Contents> {
    let bytes = read(request, path, image_contents::MAX_BYTES as u64)?;
    Contents::parse(&path.display().to_string(), &bytes)
}

/// The content of a file with at most `most` bytes.
pub(crate) fn read(request: &Request, path: &Path, most: u64) -> Result<Vec<u8>> {
    read_regular(&request.path(path), most).cannot("read", path.display())
}

/// The text of a file with at most `most` bytes.
pub(crate) fn read_text(request: &Request, path: &Path, most: usize) -> Result<String> {
    let bytes = read(request, path, most as u64)?;
    String::from_utf8(bytes).cannot("read", path.display())
}

/// Writes a file, which is either complete or unchanged.
pub(crate) fn write(request: &Request, path: &Path, bytes: &[u8]) -> Result<()> {
    let mut outputs = Outputs::new();
    outputs
        .add(&request.path(path), bytes)
        .and_then(|()| outputs.commit())
        .map_err(|error| error.within("write", path.display()))
}
