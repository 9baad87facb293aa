//! The dates of images.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Result};
use jiff::Timestamp;
use registry::{RepositoryClient, Selector};
use serde::Deserialize;

use super::inventory::Tagged;
use crate::dated_tag::date_of;
use crate::digest_tag::subject_of_tag;
use crate::pool;

/// The annotation with the time of creation
/// (<https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys>).
const CREATED: &str = "org.opencontainers.image.created";

type Annotations = Option<BTreeMap<String, String>>;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    annotations: Annotations,
    #[serde(default)]
    manifests: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    annotations: Annotations,
}

/// The date of each digest: the newest one of its dated tags, else that of the annotation of the manifest or of the first
/// entry of the index that has one.
///
/// # Errors
///
/// A manifest cannot be read.
pub(super) fn dates(
    client: &RepositoryClient<'_>,
    tags: &[Tagged],
    jobs: usize,
) -> Result<BTreeMap<Digest, String>> {
    let mut dates: BTreeMap<Digest, String> = BTreeMap::new();
    for tagged in tags {
        if let Some(date) = date_of(&tagged.tag) {
            let known = dates.entry(tagged.digest).or_default();
            *known = date.to_string().max(known.clone());
        }
    }
    // The date of an entry is not that of a list of referrers.
    let others = tags.iter().filter(|one| subject_of_tag(&one.tag).is_none());
    let others = others.map(|one| one.digest);
    let others: BTreeSet<Digest> = others.filter(|d| !dates.contains_key(d)).collect();
    let others: Vec<Digest> = others.into_iter().collect();
    let found = pool::map(jobs, &others, |digest| {
        client.manifest(&Selector::Digest(*digest))
    });
    for (digest, found) in others.into_iter().zip(found) {
        let created = found?.and_then(|manifest| created(&manifest.bytes));
        if let Some(created) = created {
            dates.insert(digest, created);
        }
    }
    Ok(dates)
}

fn created(bytes: &[u8]) -> Option<String> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let entries = document
        .manifests
        .into_iter()
        .map(|entry| entry.annotations);
    let all = [document.annotations].into_iter().chain(entries).flatten();
    let mut times = all.filter_map(|all| all.get(CREATED)?.parse::<Timestamp>().ok());
    times.next().map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_with_a_date() {
        for (text, date) in [
            (
                r#"{"annotations":{"org.opencontainers.image.created":"2026-11-21T02:34:56+01:00"}}"#,
                Some("2026-11-21T01:34:56Z"),
            ),
            (
                r#"{"manifests":[{},{"annotations":{"org.opencontainers.image.created":"2026-01-01T00:00:00Z"}}]}"#,
                Some("2026-01-01T00:00:00Z"),
            ),
            (
                r#"{"annotations":{"org.opencontainers.image.created":"yesterday"}}"#,
                None,
            ),
            ("[]", None),
        ] {
            assert_eq!(created(text.as_bytes()).as_deref(), date, "{text}");
        }
    }
}
