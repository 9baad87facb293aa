use blob::Digest;
use image_contents::{Content, Entry};

/// A regular file of a layer. Directories and symbolic links have no content and are no part of an SBOM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct File<'a> {
    pub(crate) path: &'a str,
    pub(crate) sha256: Digest,
    pub(crate) sha1: Option<[u8; 20]>,
}

impl<'a> File<'a> {
    /// The file; `None` for another entry.
    pub(crate) fn of(entry: &'a Entry) -> Option<Self> {
        match entry.content {
            Content::File { sha256, sha1, .. } => Some(Self {
                path: &entry.path,
                sha256,
                sha1,
            }),
            Content::Directory | Content::Link { .. } => None,
        }
    }
}
