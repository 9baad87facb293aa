//! A file as it comes: hashed and written on the way, over several requests where one breaks off.

use std::io::Write;
use std::mem;

use blob::{Blob, Error, HashingWriter};
use debian_repo::Wanted;

use super::outcome::{verified, Outcome};
use crate::cache::{Cache, Partial};

/// What there is of a file.
#[derive(Debug)]
pub(super) struct Body {
    hash: HashingWriter<Vec<u8>>,
    size: u64,
    /// The same bytes on disk, for a later run.
    partial: Option<Partial>,
    /// Whether it was put together from more than one answer.
    patched: bool,
    /// Where the bytes came from and the strong ETag that they had there.
    validator: Option<(String, String)>,
    /// Why the cache did not take the file. That makes the next run slow, not this one wrong.
    pub(super) note: Option<Error>,
}

/// Whether the bytes are the file.
pub(super) enum Verdict {
    Outcome(Outcome),
    /// They are not, but were patched together, and one answer may be.
    Patched,
}

impl Body {
    /// Goes on where an earlier run stopped.
    pub(super) fn new(cache: &Cache, expected: Option<Blob>) -> Self {
        let mut body = Self {
            hash: HashingWriter::new(Vec::new()),
            size: 0,
            partial: expected.and_then(|blob| cache.partial(&blob)),
            patched: false,
            validator: None,
            note: None,
        };
        let limit = expected.map_or(0, |blob| blob.size);
        let earlier = body.partial.as_mut().map(|partial| partial.read(limit));
        match earlier {
            Some(Some(bytes)) => {
                body.patched = !bytes.is_empty();
                body.hash(&bytes);
            }
            Some(None) => body.restart(),
            None => {}
        }
        body
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes. Where the disk takes no more, they are kept in memory only.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.hash(bytes);
        let partial = self.partial.as_mut();
        if partial.is_some_and(|partial| partial.append(bytes).is_err()) {
            self.drop_partial();
        }
    }

    fn hash(&mut self, bytes: &[u8]) {
        // A vector takes everything.
        let _ = self.hash.write_all(bytes);
        self.size += bytes.len() as u64;
    }

    /// Forgets everything.
    pub(super) fn restart(&mut self) {
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

    /// More comes from another answer.
    pub(super) fn patch(&mut self) {
        self.patched = true;
    }

    /// Says which version the bytes are of.
    pub(super) fn came_from(&mut self, address: &str, etag: Option<&str>) {
        // A weak one does not vouch for bytes (RFC 9110, section 8.8.1).
        let strong = etag.filter(|etag| etag.starts_with('"'));
        self.validator = strong.map(|etag| (address.to_owned(), etag.to_owned()));
    }

    /// The ETag that the rest must have, at the address that gave the beginning.
    pub(super) fn etag(&self, address: &str) -> Option<&str> {
        let validator = self.validator.as_ref();
        let (_, etag) = validator.filter(|(from, _)| from == address)?;
        Some(etag)
    }

    /// Checks what is thought to be whole. What is right takes its place in the cache; what is not is forgotten.
    pub(super) fn judge(&mut self, wanted: &Wanted<'_>, cache: &Cache) -> Verdict {
        let hash = mem::replace(&mut self.hash, HashingWriter::new(Vec::new()));
        let (bytes, found) = hash.finish();
        let patched = self.patched;
        let outcome = verified(bytes, found, wanted);
        if let (Outcome::Bytes(bytes), Some(blob)) = (&outcome, &wanted.expected) {
            let partial = self.partial.take();
            if partial.is_none_or(|partial| partial.finish().is_err()) {
                self.note = cache.put(blob, bytes).err();
            }
            return Verdict::Outcome(outcome);
        }
        self.restart();
        match outcome {
            Outcome::Nothing(_) if patched => Verdict::Patched,
            outcome => Verdict::Outcome(outcome),
        }
    }
}
