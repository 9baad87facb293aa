//! Gets a file by the size and the checksum that a repository lists for it.

use blob::{Blob, Result};

use crate::checksum::Listed;
use crate::fetch::{Answer, Fetch, Wanted};
use crate::origin::Origin;

/// The result of a request for a file of a repository.
pub enum Fetched {
    /// The content, with its digest and size.
    Bytes(Vec<u8>, Blob),
    /// Every URL answered, and none has the listed file.
    Nothing(Vec<String>),
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
    listed: &Listed,
    what: &str,
) -> Result<Fetched> {
    let (_, digest) = listed.checksum.by_hash();
    let known = listed.blob();
    let expected = known.or_else(|| fetch.learned(&digest));
    let answer = fetch.fetch(&Wanted {
        origin,
        paths,
        expected: expected.filter(|blob| blob.size == listed.size),
        limit: listed.size,
    })?;
    let bytes = match answer {
        Answer::Bytes(bytes) => bytes,
        Answer::Nothing(answers) => return Ok(Fetched::Nothing(answers)),
    };
    match listed.verify(&bytes) {
        Some(blob) => {
            if known.is_none() {
                fetch.learn(&digest, &blob, &bytes);
            }
            Ok(Fetched::Bytes(bytes, blob))
        }
        None => {
            let size = bytes.len();
            let why = match size as u64 == listed.size {
                true => "other bytes than the archive lists".to_owned(),
                false => format!("{size} bytes where {} are expected", listed.size),
            };
            Ok(Fetched::Nothing(vec![format!("{what}: {why}")]))
        }
    }
}
