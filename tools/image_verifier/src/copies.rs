//! The files that are copied.

use std::path::Path;

use blob::{Result, ResultExt};
use oci::MAX_DOCUMENT;
use worker::Request;

use crate::files::read;

/// A file that is copied if the image is accepted.
pub(crate) struct Copy<'a> {
    /// The path of the file, as given.
    pub(crate) from: &'a Path,
    /// The path of the copy, as given.
    pub(crate) to: &'a Path,
    /// The content.
    pub(crate) bytes: Vec<u8>,
}

impl<'a> Copy<'a> {
    /// Reads the file of `FROM=TO`. A path may contain `=`: FROM is the shortest part that is a file.
    pub(crate) fn read(request: &Request, option: &'a str) -> Result<Self> {
        let halves = option.match_indices('=').map(|(at, _)| {
            let (from, to) = (&option[..at], &option[at + 1..]);
            (Path::new(from), Path::new(to))
        });
        let is_file = |(from, _): &(&Path, &Path)| request.path(from).is_file();
        let found = halves
            .clone()
            .find(is_file)
            .or_else(|| halves.clone().next());
        let (from, to) = found
            .ok_or("expected FROM=TO")
            .cannot("read", format!("--copy {option}"))?;
        Ok(Self {
            from,
            to,
            bytes: read(request, from, MAX_DOCUMENT)?,
        })
    }
}
