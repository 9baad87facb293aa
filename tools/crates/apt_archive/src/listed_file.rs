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
/// SHA-256, and then the cache may still have the file. A stored SHA-256 may be wrong, so the file is searched without it,
/// too.
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
    let request = |expected| {
        fetch.fetch(&FileRequest {
            origin,
            paths,
            expected,
            limit: listed.size,
        })
    };
    let stored = known
        .is_none()
        .then(|| fetch.find_sha512(&digest))
        .flatten();
    let mut answer = request(known.or(stored).filter(|blob| blob.size == listed.size))?;
    if stored.is_some() && matches!(answer, FileResponse::NotFound(_)) {
        answer = request(None)?;
    }
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

#[cfg(test)]
mod tests {
    use blob::Digest;

    use super::*;
    use crate::checksum::Checksum;

    /// Has one file. The SHA-256 that it stored for its SHA-512 is wrong.
    struct Damaged(&'static [u8]);

    impl Fetch for Damaged {
        fn fetch(&self, request: &FileRequest<'_>) -> Result<FileResponse> {
            let is_other = |expected: Blob| expected != Blob::of(self.0);
            Ok(if request.expected.is_some_and(is_other) {
                FileResponse::NotFound(vec!["another digest".to_owned()])
            } else {
                FileResponse::Bytes(self.0.to_vec())
            })
        }

        fn find_sha512(&self, _sha512: &str) -> Option<Blob> {
            Some(Blob {
                digest: Digest::of(b"other"),
                size: self.0.len() as u64,
            })
        }
    }

    #[test]
    fn a_wrong_sha256_of_the_cache_hides_no_file() {
        let bytes = b"text";
        let listed = |digest: &str| FileRecord {
            size: bytes.len() as u64,
            checksum: Checksum::sha512(digest).unwrap(),
        };
        let origin = Origin::Archive("debian".to_owned());
        let get = |listed: &FileRecord| fetch_listed(&Damaged(bytes), &origin, &[], listed, "it");
        // printf text | sha512sum
        let good = "eaf2c12742cb8c161bcbd84b032b9bb98999a23282542672ca01cc6edd268f7d\
                    ce9987ad6b2bc79305634f89d90b90102bcd59a57e7135b8e3ceb93c0597117b";
        match get(&listed(good)).unwrap() {
            ListedFile::Bytes(found, blob) => {
                assert_eq!((&found[..], blob), (&bytes[..], Blob::of(bytes)));
            }
            ListedFile::Missing(reasons) => panic!("{reasons:?}"),
        }
        match get(&listed(&good.replace('e', "f"))).unwrap() {
            ListedFile::Missing(reasons) => {
                assert_eq!(reasons, ["it: other bytes than the repository lists"]);
            }
            ListedFile::Bytes(..) => panic!("its SHA-512 is wrong"),
        }
    }
}
