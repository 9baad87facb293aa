//! Where content is.

use blob::{Blob, Result};
use oci::Descriptor;
use registry::{Content, Repository};

/// Documents and blobs by their digests. Several threads use a source at the same time.
pub trait Source: Sync {
    /// The path or name of the source, for messages.
    fn name(&self) -> &str;

    /// A manifest or an index. Digest and size are verified.
    ///
    /// # Errors
    ///
    /// The source does not have it, or other bytes.
    fn document(&self, descriptor: &Descriptor) -> Result<Vec<u8>>;

    /// The content of a blob. It is not opened before it is read, and not verified: the registry that gets it does that.
    ///
    /// # Errors
    ///
    /// The source does not have it.
    fn blob(&self, blob: &Blob) -> Result<Box<dyn Content + Send + Sync + '_>>;

    /// The repository in which the content is, if it is in a registry: another repository of this registry can mount its
    /// blobs.
    fn repository(&self) -> Option<&Repository> {
        None
    }
}
