//! The content of a download: hashed and written while it is received, over several requests if one is interrupted.

use std::io::Write;
use std::mem;

use blob::{Blob, Error, HashingWriter};

use crate::cache::{Cache, Partial};
use crate::failure::{verified, Failure};
use crate::request::Request;

/// The bytes of a file that were received so far.
#[derive(Debug)]
pub(crate) struct Content {
    hash: HashingWriter<Vec<u8>>,
    size: u64,
    /// The same bytes on disk, for a later run.
    partial: Option<Partial>,
    /// Whether it consists of more than one response.
    patched: bool,
    /// The URL of the bytes, and their strong ETag there.
    validator: Option<(String, String)>,
    /// The reason why the cache did not store the file. This makes only the next run slower.
    pub(crate) note: Option<Error>,
}

/// The result of verifying the bytes.
pub(crate) enum Verified {
    Bytes(Vec<u8>),
    /// They do not match, but they consist of several responses, so a complete response may match.
    Patched,
}

impl Content {
    /// Starts with the bytes that an earlier run stored.
    pub(crate) fn new(cache: &Cache, expected: Option<Blob>) -> Self {
        let mut content = Self {
            hash: HashingWriter::new(Vec::new()),
            size: 0,
            partial: expected.and_then(|blob| cache.partial(&blob)),
            patched: false,
            validator: None,
            note: None,
        };
        let limit = expected.map_or(0, |blob| blob.size);
        let earlier = content.partial.as_mut().map(|partial| partial.read(limit));
        match earlier {
            Some(Some(bytes)) => {
                content.patched = !bytes.is_empty();
                content.hash(&bytes);
            }
            Some(None) => content.restart(),
            None => {}
        }
        content
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Appends bytes. After a disk error, they are kept in memory only.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.hash(bytes);
        let partial = self.partial.as_mut();
        if partial.is_some_and(|partial| partial.append(bytes).is_err()) {
            self.drop_partial();
        }
    }

    fn hash(&mut self, bytes: &[u8]) {
        // Writing to a vector cannot fail.
        let _ = self.hash.write_all(bytes);
        self.size += bytes.len() as u64;
    }

    /// Removes all bytes.
    pub(crate) fn restart(&mut self) {
        self.hash = HashingWriter::new(Vec::new());
        self.size = 0;
        self.patched = false;
        self.validator = None;
        let partial = self.partial.as_mut();
        if partial.is_some_and(|partial| partial.restart().is_err()) {
            self.drop_partial();
        }
    }

    fn drop_partial(&mut self) {
        if let Some(mut partial) = self.partial.take() {
            let _ = partial.restart();
        }
    }

    /// Marks that another response continues the bytes.
    pub(crate) fn mark_patched(&mut self) {
        self.patched = true;
    }

    /// Stores which version of the file the bytes belong to.
    pub(crate) fn set_validator(&mut self, url: &str, etag: Option<&str>) {
        // A weak ETag does not identify bytes (RFC 9110, section 8.8.1).
        let strong = etag.filter(|etag| etag.starts_with('"'));
        self.validator = strong.map(|etag| (url.to_owned(), etag.to_owned()));
    }

    /// The ETag for `If-Range`, if this URL sent the beginning.
    pub(crate) fn etag(&self, url: &str) -> Option<&str> {
        let validator = self.validator.as_ref();
        let (_, etag) = validator.filter(|(from, _)| from == url)?;
        Some(etag)
    }

    /// Verifies the complete bytes. If they match, they are stored in the cache; otherwise they are dropped.
    pub(crate) fn verify(
        &mut self,
        request: &Request<'_>,
        cache: &Cache,
    ) -> Result<Verified, Failure> {
        let hash = mem::replace(&mut self.hash, HashingWriter::new(Vec::new()));
        let (bytes, found) = hash.finish();
        let patched = self.patched;
        let verified = verified(bytes, found, request);
        if let (Ok(bytes), Some(blob)) = (&verified, &request.expected) {
            let partial = self.partial.take();
            if partial.is_none_or(|partial| partial.finish().is_err()) {
                self.note = cache.put(blob, bytes).err();
            }
        } else {
            self.restart();
        }
        match verified {
            Err(Failure::Missing(_)) if patched => Ok(Verified::Patched),
            verified => verified.map(Verified::Bytes),
        }
    }
}
