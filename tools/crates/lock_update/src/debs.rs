//! Single packages, which the manifest names by URL and SHA-256.

use std::collections::BTreeMap;

use apt_archive::{
    fetch_listed, Fetch, FileRecord, FileRequest, FileResponse, ListedFile, LocalDeb, Origin,
};
use apt_resolver::Entry;
use blob::{Blob, Digest, Error, Result};
use lock::Lock;
use message::redact;

use crate::manifest::Manifest;
use crate::open::OpenedSource;
use crate::settings::Settings;

/// The largest single package, which is held in memory. Debian's largest package has less than 2 GiB.
const MAX_DEB: u64 = 2 << 30;

/// Gets the packages that the manifest names by URL.
pub(crate) fn single_debs(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
) -> Result<Vec<LocalDeb>> {
    let debs = manifest.debs.iter().enumerate().map(|(at, single)| {
        let digest = Digest::from_hex(&single.sha256)?;
        let (base, path) = single.url.rsplit_once('/').unwrap_or_default();
        let known = settings.previous.and_then(|lock| size_of(lock, &digest));
        let answer = fetch.fetch(&FileRequest {
            origin: &Origin::Url(base.to_owned()),
            paths: &[path.to_owned()],
            expected: known.map(|size| Blob { digest, size }),
            limit: known.unwrap_or(MAX_DEB),
        })?;
        let bytes = match answer {
            FileResponse::Bytes(bytes) => bytes,
            FileResponse::NotFound(answers) => {
                let url = redact(&single.url);
                return Err(Error::cannot("download", url, answers.join("; ")));
            }
        };
        let found = Digest::of(&bytes);
        if found != digest {
            let cause = format!("expected {digest} from the manifest, found {found}");
            return Err(Error::cannot("use package", redact(&single.url), cause));
        }
        LocalDeb::read(&single_filename(at, path), &bytes)
    });
    debs.collect()
}

/// Returns the SHA-256 of a package file. If its index lists only the SHA-512, the file is downloaded, because the lock
/// names each file by its SHA-256.
pub(crate) fn sha256(
    sources: &[OpenedSource<'_>],
    fetch: &dyn Fetch,
    entry: &Entry<'_>,
    filename: &str,
    listed: &FileRecord,
) -> Result<Digest> {
    if let Some(blob) = listed.blob() {
        return Ok(blob.digest);
    }
    let key = &entry.source.name;
    let fail = |cause: String| {
        let error = Error::cannot("download", filename, cause);
        Err(error.within("use source", key))
    };
    let source = sources.iter().find(|opened| opened.source.key() == key);
    let Some(suite) = source.and_then(OpenedSource::suite) else {
        return fail("its index lists no SHA-256".to_owned());
    };
    if listed.size > MAX_DEB {
        let size = listed.size;
        return fail(format!(
            "its index lists only the SHA-512, and the file is too large to download for the SHA-256: {size} bytes, the limit is {MAX_DEB}"
        ));
    }
    match fetch_listed(
        fetch,
        suite.origin,
        &[filename.to_owned()],
        listed,
        filename,
    )? {
        ListedFile::Bytes(_, blob) => Ok(blob.digest),
        ListedFile::Missing(answers) => fail(answers.join("; ")),
    }
}

/// A file name that represents a single package until the lock names its URL.
fn single_filename(at: usize, path: &str) -> String {
    format!("{at}/{path}")
}

fn size_of(lock: &Lock, digest: &Digest) -> Option<u64> {
    let mut files = lock.packages.values().flat_map(BTreeMap::values);
    files.find(|file| file.sha256 == *digest)?.size
}
