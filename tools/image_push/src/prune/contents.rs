//! The manifests of a repository that can be found.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::{RepositoryClient, Selector};
use serde::Deserialize;

use crate::digest_tag::subject_of_tag;
use crate::pool;
use crate::tags::tags;

/// Manifests that are read.
const MAX_MANIFESTS: usize = 100_000;

/// A manifest that exists.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// The manifests that an index lists.
    pub(super) children: BTreeSet<Digest>,
    pub(super) subject: Option<Digest>,
}

/// All manifests that can be found, and how they are connected.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) tags: BTreeMap<String, Digest>,
    pub(super) manifests: BTreeMap<Digest, Manifest>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    manifests: Vec<Descriptor>,
    subject: Option<Descriptor>,
}

/// A manifest that exists, and its referrers.
type Read = Option<(Manifest, Vec<Digest>)>;

impl Contents {
    /// Reads the tags of a repository, all manifests below them, and their referrers; then those of other digests.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or there are more manifests than are read.
    pub(super) fn read(
        client: &RepositoryClient<'_>,
        known: &[Digest],
        jobs: usize,
    ) -> Result<Self> {
        let tags = tags(client, jobs)?.into_iter();
        let tags: BTreeMap<String, Digest> = tags.map(|one| (one.tag, one.digest)).collect();
        let subjects = tags.keys().filter_map(|tag| subject_of_tag(tag));
        let start = tags
            .values()
            .copied()
            .chain(subjects)
            .chain(known.iter().copied());
        let mut level: BTreeSet<Digest> = start.collect();
        let mut seen: HashSet<Digest> = HashSet::new();
        let mut manifests: BTreeMap<Digest, Manifest> = BTreeMap::new();
        while !level.is_empty() {
            let digests: Vec<Digest> = level.into_iter().filter(|d| seen.insert(*d)).collect();
            if seen.len() > MAX_MANIFESTS {
                let cause = format!("it has more than {MAX_MANIFESTS} manifests");
                return Err(Error::cannot("list", client.name(), cause));
            }
            let read = pool::map(jobs, &digests, |digest| read(client, *digest));
            level = BTreeSet::new();
            for (digest, read) in digests.into_iter().zip(read) {
                if let Some((manifest, referrers)) = read? {
                    level.extend(&manifest.children);
                    level.extend(manifest.subject);
                    level.extend(referrers);
                    manifests.insert(digest, manifest);
                }
            }
        }
        Ok(Self { tags, manifests })
    }

    /// Whether a manifest exists.
    pub(super) fn has(&self, digest: Digest) -> bool {
        self.manifests.contains_key(&digest)
    }

    /// The tags that point to a manifest.
    pub(super) fn tags_of(&self, digest: Digest) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().filter(move |(_, found)| **found == digest);
        tags.map(|(tag, _)| tag.as_str())
    }

    /// The subject of a manifest: its own, or that of a tag `sha256-…`.
    pub(super) fn subjects_of(&self, digest: Digest) -> impl Iterator<Item = Digest> + '_ {
        let own = self.manifests.get(&digest).and_then(|found| found.subject);
        let tags = self.tags_of(digest).filter_map(subject_of_tag);
        own.into_iter().chain(tags)
    }
}

fn read(client: &RepositoryClient<'_>, digest: Digest) -> Result<Read> {
    let Some(found) = client.manifest(&Selector::Digest(digest))? else {
        return Ok(None);
    };
    let mut manifest = Manifest::default();
    // A document of another format has no connections.
    if let Ok(document) = serde_json::from_slice::<Document>(&found.bytes) {
        let of = |descriptor: &Descriptor| descriptor.digest().as_ref().parse().ok();
        manifest.children = document.manifests.iter().filter_map(of).collect();
        manifest.subject = document.subject.as_ref().and_then(of);
    }
    let referrers = client.referrers(digest, None)?.descriptors;
    let referrers = referrers
        .iter()
        .filter_map(|one| one.digest().as_ref().parse().ok());
    Ok(Some((manifest, referrers.collect())))
}
