//! The request for a file, and the answer.

use blob::Blob;

/// A request for one file, which several URLs may have.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Root URLs (`https://HOST/PATH`, `http://HOST/PATH` or `file:///PATH`), in order of preference.
    pub roots: &'a [String],
    /// Paths below a root that may hold the file, in order of preference. The last one names the file in errors.
    pub paths: &'a [String],
    /// The expected digest and size, if they are known. Other content counts as a missing file.
    pub expected: Option<Blob>,
    /// The largest number of bytes to read.
    pub limit: u64,
    /// The name of the file in lines about the progress.
    pub name: &'a str,
    /// A short name for the progress bar.
    pub short_name: &'a str,
    /// The hint if no root answers, unless the failure has a more precise one.
    pub hint: Option<&'a str>,
}

/// The answer of all roots.
#[derive(Debug)]
pub enum FileResponse {
    /// The content of the file.
    Bytes(Vec<u8>),
    /// Every root answered, and none has the expected file. One reason for each URL.
    NotFound(Vec<String>),
}
