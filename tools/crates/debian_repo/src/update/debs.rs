//! Single packages, by address and SHA-256.

use std::collections::BTreeMap;

use blob::{Blob, Digest, Error, Result};

use super::Settings;
use crate::LocalDeb;
use crate::{Answer, Fetch, Lock, Manifest, Origin, Wanted};

/// The largest package of Debian is below 2 GiB; a single package by address is read into memory.
const MAX_DEB: u64 = 2 << 30;

/// Gets the packages that the manifest names by address.
pub(super) fn single_debs(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
) -> Result<Vec<LocalDeb>> {
    let debs = manifest.debs.iter().enumerate().map(|(at, single)| {
        let digest = Digest::from_hex(&single.sha256)?;
        let (base, path) = single.url.rsplit_once('/').unwrap_or_default();
        let known = settings.previous.and_then(|lock| size_of(lock, &digest));
        let answer = fetch.fetch(&Wanted {
            origin: &Origin::Url(base.to_owned()),
            paths: &[path.to_owned()],
            expected: known.map(|size| Blob { digest, size }),
            limit: known.unwrap_or(MAX_DEB),
        })?;
        let bytes = match answer {
            Answer::Bytes(bytes) => bytes,
            Answer::Nothing(answers) => {
                return Err(Error::cannot("download", &single.url, answers.join("; ")));
            }
        };
        let found = Digest::of(&bytes);
        if found != digest {
            let cause = format!("it has {found} where the manifest says {digest}");
            return Err(Error::cannot("use package", &single.url, cause));
        }
        LocalDeb::read(&single_filename(at, path), &bytes)
    });
    debs.collect()
}

/// What stands for the address of a single package until the lock is written.
fn single_filename(at: usize, path: &str) -> String {
    format!("{at}/{path}")
}

fn size_of(lock: &Lock, digest: &Digest) -> Option<u64> {
    let mut files = lock.packages.values().flat_map(BTreeMap::values);
    files.find(|file| file.sha256 == *digest)?.size
}
