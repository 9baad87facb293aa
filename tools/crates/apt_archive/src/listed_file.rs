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
    let request = |expected| {
        fetch.fetch(&FileRequest {
            origin,
            paths,
            expected,
            limit: listed.size,
        })
    };
    let known = listed.blob();
    if known.is_none() {
        let stored = fetch.find_sha512(&digest);
        let stored = stored.filter(|blob| blob.size == listed.size);
        if let Some(Ok(FileResponse::Bytes(bytes))) = stored.map(|blob| request(Some(blob))) {
            if let Some(blob) = listed.verify(&bytes) {
                return Ok(ListedFile::Bytes(bytes, blob));
            }
        }
    }
    let bytes = match request(known)? {
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

    const FILE: &[u8] = b"text";

    /// Has one file, and a wrong SHA-256 for its SHA-512. `answer` is the answer to a request with a SHA-256.
    struct Damaged {
        answer: fn() -> Result<FileResponse>,
    }

    impl Fetch for Damaged {
        fn fetch(&self, request: &FileRequest<'_>) -> Result<FileResponse> {
            match request.expected {
                Some(_) => (self.answer)(),
                None => Ok(FileResponse::Bytes(FILE.to_vec())),
            }
        }

        fn find_sha512(&self, _sha512: &str) -> Option<Blob> {
            Some(Blob {
                digest: Digest::of(b"other"),
                size: FILE.len() as u64,
            })
        }
    }

    #[test]
    fn a_wrong_sha256_of_the_cache_hides_no_file() {
        let listed = |digest: &str| FileRecord {
            size: FILE.len() as u64,
            checksum: Checksum::sha512(digest).unwrap(),
        };
        let origin = Origin::Archive("debian".to_owned());
        // printf text | sha512sum
        let good = "eaf2c12742cb8c161bcbd84b032b9bb98999a23282542672ca01cc6edd268f7d\
                    ce9987ad6b2bc79305634f89d90b90102bcd59a57e7135b8e3ceb93c0597117b";
        let answers: [fn() -> Result<FileResponse>; 3] = [
            || Ok(FileResponse::NotFound(vec!["another digest".to_owned()])),
            // Another file of the cache.
            || Ok(FileResponse::Bytes(b"tent".to_vec())),
            || Err(blob::Error::cannot("download", "it", "no answer")),
        ];
        for answer in answers {
            let fetch = Damaged { answer };
            let get = |listed: &FileRecord| fetch_listed(&fetch, &origin, &[], listed, "it");
            match get(&listed(good)).unwrap() {
                ListedFile::Bytes(found, blob) => {
                    assert_eq!((&found[..], blob), (FILE, Blob::of(FILE)));
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
}
