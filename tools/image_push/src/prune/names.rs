//! Files with digests: the output of `push`, `tags` and `prune`, or one digest in each line.

use std::path::Path;

use blob::{read_regular, Digest, Error, Result, ResultExt};
use registry::{Reference, Repository};

/// The largest file.
const MAX_FILE: u64 = 64 << 20;

/// A line of a file.
pub(crate) struct Named {
    pub(crate) tag: Option<String>,
    pub(crate) digest: Digest,
}

/// The digests of a file for a repository. Lines for other repositories are left out, as are empty lines and comments (`#`).
///
/// # Errors
///
/// The file cannot be read, or a line begins with something else.
pub(crate) fn read(path: &Path, repository: &Repository) -> Result<Vec<Named>> {
    let bytes = read_regular(path, MAX_FILE).cannot("read", path.display())?;
    let text = String::from_utf8(bytes).cannot("read", path.display())?;
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let word = line.split_whitespace().next().unwrap_or_default();
        if word.is_empty() || word.starts_with('#') {
            continue;
        }
        let object = || format!("{}:{}", path.display(), number + 1);
        if word.starts_with("sha256:") {
            let digest = word
                .parse()
                .map_err(|e: Error| e.within("read", object()))?;
            all.push(Named { tag: None, digest });
            continue;
        }
        let reference = Reference::parse(word).map_err(|error| error.within("read", object()))?;
        let Some(digest) = reference.digest() else {
            let cause = "expected a digest, or an image with a digest (`HOST/PATH@sha256:…`)";
            return Err(Error::cannot("read", object(), cause));
        };
        if reference.repository() == repository {
            let tag = reference.tag().map(str::to_owned);
            all.push(Named { tag, digest });
        }
    }
    Ok(all)
}
