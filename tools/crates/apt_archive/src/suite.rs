//! A suite, and requests for the files that its Release lists.

use blob::{Error, Result};

use crate::checksum::FileRecord;
use crate::fetch::Fetch;
use crate::listed_file::{fetch_listed, ListedFile};
use crate::release::Release;
use apt_types::Origin;

/// The largest index in bytes. Its text is held in memory; Debian's and Ubuntu's largest have 60 to 70 MB. A larger
/// size in a Release is a mistake or an attack.
pub(crate) const MAX_INDEX: u64 = 128 << 20;

/// The largest compressed index in bytes, which is held in memory together with the text. It is four times the size of
/// Debian's largest. An index with a text of `MAX_INDEX` bytes exceeds it only if it compresses worse than any real
/// one.
const MAX_PACKED: u64 = 48 << 20;

/// How many other paths are tried for the same file. Debian has fewer architectures.
const MAX_OTHERS: usize = 32;

/// The location of a suite's indexes.
pub struct Suite<'a> {
    /// The repository.
    pub origin: &'a Origin,
    /// The name in messages.
    pub name: &'a str,
    /// The directory of the Release below the repository's root, with a `/` at its end: `dists/bookworm/`.
    pub root: String,
    /// The verified Release.
    pub release: &'a Release,
}

impl Suite<'_> {
    /// Gets a file that the Release lists.
    pub(crate) fn fetch(
        &self,
        fetch: &dyn Fetch,
        path: &str,
        listed: &FileRecord,
    ) -> Result<ListedFile> {
        let most = if path.ends_with("Packages") {
            MAX_INDEX
        } else {
            MAX_PACKED
        };
        if listed.size > most {
            let size = listed.size;
            let cause = format!("the Release claims {size} bytes, more than {most}");
            return Err(Error::cannot("use index", self.object(path), cause));
        }
        let root = &self.root;
        let mut paths = vec![format!("{root}{path}")];
        if self.release.by_hash {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let slash = if directory.is_empty() { "" } else { "/" };
            let (kind, digest) = listed.checksum.by_hash();
            let by_hash = format!("{root}{directory}{slash}by-hash/{kind}/{digest}");
            paths.insert(0, by_hash);
        }
        // Small suites have the same index for several architectures, and a mirror may not have all of them yet.
        let others = self.release.files.iter();
        let equal = others.filter(|(other, same)| *same == listed && *other != path);
        let equal = equal.take(MAX_OTHERS);
        paths.extend(equal.map(|(other, _)| format!("{root}{other}")));
        fetch_listed(fetch, self.origin, &paths, listed, path)
    }

    pub(crate) fn object(&self, path: &str) -> String {
        format!("{} {path}", self.name)
    }
}
