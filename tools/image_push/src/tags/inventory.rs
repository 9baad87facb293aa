//! The manifests to which the tags of a repository point.

use blob::{Digest, Error, Result};
use registry::{RepositoryClient, Selector};

use crate::pool;

/// A tag.
#[derive(Clone, Debug)]
pub(crate) struct Tagged {
    pub(crate) tag: String,
    pub(crate) digest: Digest,
    /// The media type of the manifest.
    pub(crate) media_type: String,
}

/// All tags of a repository, in the order of their names.
///
/// # Errors
///
/// There is no such repository, or the registry gives no definite answer.
pub(crate) fn tags(client: &RepositoryClient<'_>, jobs: usize) -> Result<Vec<Tagged>> {
    let names = client.tags()?;
    let mut names = names.ok_or_else(|| {
        Error::cannot("list tags of", client.name(), "there is no such repository")
    })?;
    names.sort();
    names.dedup();
    let found = pool::map(jobs, &names, |tag| {
        client.manifest_exists(&Selector::Tag(tag.clone()))
    });
    let mut tags = Vec::new();
    for (tag, found) in names.into_iter().zip(found) {
        // A tag may be deleted after it was listed.
        if let Some(found) = found? {
            tags.push(Tagged {
                tag,
                digest: found.blob.digest,
                media_type: found.media_type,
            });
        }
    }
    Ok(tags)
}
