//! The source of repository files: a trait, so that this library does not depend on a network crate.

use blob::{Blob, Digest, Result};

use apt_types::Origin;

/// A request for one file of a repository.
#[derive(Clone, Debug)]
pub struct FileRequest<'a> {
    /// The repository.
    pub origin: &'a Origin,
    /// Paths below the root that may hold the file, in order of preference.
    pub paths: &'a [String],
    /// The expected digest and size, if they are known. A fetcher treats other content as a missing file.
    pub expected: Option<Blob>,
    /// The largest number of bytes to read.
    pub limit: u64,
}

/// The result of a request to the URLs of a repository.
#[derive(Debug)]
pub enum FileResponse {
    /// The content of the file.
    Bytes(Vec<u8>),
    /// Every URL answered, and none has the expected file. One reason for each URL and path.
    NotFound(Vec<String>),
}

/// Gets files of repositories. Several threads may call it at the same time.
pub trait Fetch: Sync {
    /// Gets a file.
    ///
    /// # Errors
    ///
    /// Fails if a URL gives no answer and no other URL has the file. This is not a [`FileResponse::NotFound`]: a network
    /// failure must never look like a fact about the repository.
    fn fetch(&self, request: &FileRequest<'_>) -> Result<FileResponse>;

    /// Begins to store content that is derived from fetched bytes (an unpacked index), so that the next run can reuse it.
    /// It is only a cache: a fetcher may store nothing.
    fn derived_writer(&self, _blob: &Blob) -> Option<Box<dyn DerivedWriter + '_>> {
        None
    }

    /// Stores a file for which the repository lists only the SHA-512, and its SHA-256. It is only a cache.
    fn put_by_sha512(&self, _sha512: &str, _blob: &Blob, _bytes: &[u8]) {}

    /// Returns the SHA-256 that was stored for a SHA-512. It may be wrong: the caller verifies the file by its SHA-512, and
    /// asks for it without the SHA-256 if there is none.
    fn find_sha512(&self, _sha512: &str) -> Option<Blob> {
        None
    }

    /// Returns the stored content, if it still exists and matches `blob`.
    fn get_derived(&self, _blob: &Blob) -> Option<Vec<u8>> {
        None
    }

    /// Returns the stored content in blocks, which are verified neither against `blob` nor in another way.
    fn derived_blocks(&self, _blob: &Blob) -> Option<Box<dyn DerivedBlocks>> {
        None
    }

    /// Stores the result of work, by a digest of everything that it depends on. It is only a cache.
    fn put_result(&self, _key: &Digest, _result: &[u8]) {}

    /// Returns the result that was stored last, unless another user could have written it. The caller checks it: another
    /// program may have written it.
    fn find_result(&self, _key: &Digest) -> Option<Vec<u8>> {
        None
    }
}

/// Content that is stored in parts while it is unpacked. Without [`DerivedWriter::commit`], nothing is stored.
pub trait DerivedWriter: Send {
    /// Adds a part of any size.
    fn write(&mut self, part: &[u8]);

    /// Stores the parts.
    fn commit(self: Box<Self>);
}

/// Content that a [`DerivedWriter`] stored, in blocks that can be read alone.
pub trait DerivedBlocks: Send + Sync {
    /// The size of each block but the last in bytes.
    fn block_size(&self) -> usize;

    /// Reads a block, by its number. `None` if there is none or it is damaged.
    fn block(&self, number: usize) -> Option<Vec<u8>>;
}
