//! The manifests of a repository that can be found.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use blob::{Digest, Error, Result};
use registry::{RepositoryClient, Selector};
use serde_json::Value;

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

impl Manifest {
    /// Reads what a manifest needs as the most tolerant client does: names in any case (as Go), and entries of which only
    /// the digest is valid. So no part of an image that somebody can use is taken for superfluous.
    ///
    /// # Errors
    ///
    /// It looks like JSON, but cannot be read. A document of another format needs nothing.
    fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Ok(Self::default());
        }
        let document: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let lists = fields(&document, "manifests").filter_map(Value::as_array);
        let children = lists.flatten().flat_map(digests);
        Ok(Self {
            children: children.collect(),
            subject: fields(&document, "subject").flat_map(digests).last(),
        })
    }
}

/// The values of a field, whose name may have any case.
fn fields<'v>(value: &'v Value, name: &'v str) -> impl Iterator<Item = &'v Value> {
    let fields = value.as_object().into_iter().flatten();
    let is_named = move |(key, _): &(&String, &Value)| key.eq_ignore_ascii_case(name);
    fields.filter(is_named).map(|(_, value)| value)
}

fn digests(descriptor: &Value) -> impl Iterator<Item = Digest> + '_ {
    let texts = fields(descriptor, "digest").filter_map(Value::as_str);
    texts.filter_map(|text| text.parse().ok())
}

/// All manifests that can be found, and how they are connected.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) tags: BTreeMap<String, Digest>,
    pub(super) manifests: BTreeMap<Digest, Manifest>,
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
    let object = || format!("{}@{digest}", client.name());
    let manifest = Manifest::parse(&found.bytes);
    let manifest = manifest.map_err(|cause| Error::cannot("read manifest", object(), cause))?;
    let referrers = client.referrers(digest, None)?.descriptors;
    let referrers = referrers
        .iter()
        .filter_map(|one| one.digest().as_ref().parse().ok());
    Ok(Some((manifest, referrers.collect())))
}
