//! One line for each tag.

use std::fmt;

use blob::Result;
use registry::RepositoryClient;
use serde::Serialize;

use super::dates::dates;
use super::inventory::{tags, Tagged};
use crate::digest_tag::subject_of_tag;

/// A tag of a repository.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    repository: String,
    tag: String,
    digest: String,
    media_type: String,
    /// A date or a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    /// Other tags with this digest.
    same_as: Vec<String>,
}

/// `REPOSITORY:TAG@DIGEST DATE OTHER_TAG,OTHER_TAG`; `-` if there is no date or no other tag.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date.as_deref().unwrap_or("-");
        let mut others = self.same_as.join(",");
        if others.is_empty() {
            others.push('-');
        }
        let Self {
            repository,
            tag,
            digest,
            ..
        } = self;
        write!(f, "{repository}:{tag}@{digest} {date} {others}")
    }
}

/// The tags of a repository. Tags of signatures and lists of referrers (`sha256-…`) are left out unless `all` is set.
///
/// # Errors
///
/// There is no such repository, or the registry gives no definite answer.
pub(crate) fn listing(client: &RepositoryClient<'_>, all: bool, jobs: usize) -> Result<Vec<Line>> {
    let mut tags = tags(client, jobs)?;
    tags.retain(|tagged| all || subject_of_tag(&tagged.tag).is_none());
    let dates = dates(client, &tags, jobs)?;
    let line = |tagged: &Tagged| {
        let others = tags.iter();
        let others = others.filter(|one| one.digest == tagged.digest && one.tag != tagged.tag);
        Line {
            repository: client.name().to_string(),
            tag: tagged.tag.clone(),
            digest: tagged.digest.to_string(),
            media_type: tagged.media_type.clone(),
            date: dates.get(&tagged.digest).cloned(),
            same_as: others.map(|one| one.tag.clone()).collect(),
        }
    };
    Ok(tags.iter().map(line).collect())
}
