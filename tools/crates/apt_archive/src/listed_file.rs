//! Gets a file by the size and the checksum that a repository lists for it.

use blob::{Blob, Result};

use crate::checksum::FileRecord;
use crate::fetch::{Fetch, FileRequest, FileResponse};
use apt_types::Origin;

/// The result of a request for a file of a repository.
pub enum ListedFile {
    /// The content, with its digest and size.
    Bytes(Vec<u8>, Blob),
    /// Every URL answered, and none has the listed file.
    Missing(Vec<String>),
}

/// Gets a file by its size and checksum. If the repository lists only its SHA-512, an earlier run may have stored the
/// SHA-256, and then the cache may still have the file.
///
/// # Errors
///
/// Fails if [`Fetch::fetch`] fails.
pub fn fetch_listed(
    fetch: &dyn Fetch,
    origin: &Origin,
    paths: &[String],
    listed: &FileRecord,
    what: &str,
) -> Result<ListedFile> {
    let (_, digest) = listed.checksum.by_hash();
    let known = listed.blob();
    let expected = known.or_else(|| fetch.find_sha512(&digest));
    let answer = fetch.fetch(&FileRequest {
        origin,
        paths,
        expected: expected.filter(|blob| blob.size == listed.size),
        limit: listed.size,
    })?;
    let bytes = match answer {
        FileResponse::Bytes(bytes) => bytes,
        FileResponse::NotFound(answers) => return Ok(ListedFile::Missing(answers)),
    };
    match listed.verify(&bytes) {
        Some(blob) => {
            if known.is_none() {
                fetch.put_by_sha512(&digest, &blob, &bytes);
            }
            Ok(ListedFile::Bytes(bytes, blob))
        }
        None => {
            let size = bytes.len();
            let reason = if size as u64 == listed.size {
                "other bytes than the repository lists".to_owned()
            } else {
                format!("expected {} bytes, found {size}", listed.size)
            };
            Ok(ListedFile::Missing(vec![format!("{what}: {reason}")]))
        }
    }
}
