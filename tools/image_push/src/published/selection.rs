//! The images that a command line names.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result, ResultExt};
use oci::Descriptor;
use oci_spec::image::{Digest as OciDigest, MediaType};
use registry::{Found, Reference, Repository, RepositoryClient, Selector};

use crate::digest_tag::subject_of_tag;
use crate::pool;

/// Images of one repository.
#[derive(Debug)]
pub(crate) struct Selection {
    /// The repository.
    pub(crate) repository: Repository,
    /// The named manifests; `None` for all tags.
    pub(crate) named: Option<Vec<Selector>>,
}

/// A manifest that a tag or a digest of the selection names.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    /// Media type, digest and size.
    pub(crate) descriptor: Descriptor,
    /// Its digest.
    pub(crate) digest: Digest,
    /// The tags of the selection that point to it, in order.
    pub(crate) tags: Vec<String>,
}

/// The manifests of a selection.
pub(crate) struct Listed {
    /// Each manifest once.
    pub(crate) roots: Vec<Root>,
    /// Tags that are in the list of the registry, but do not exist.
    pub(crate) missing: Vec<String>,
}

impl Selection {
    /// Groups references by their repository, in the order of the first one of each. A reference without tag and digest
    /// means all tags.
    ///
    /// # Errors
    ///
    /// A text is not a reference.
    pub(crate) fn parse(references: &[String]) -> Result<Vec<Self>> {
        let mut selections: Vec<Self> = Vec::new();
        for text in references {
            let reference = Reference::parse(text)?;
            let is_named = reference.tag().is_some() || reference.digest().is_some();
            let selector = is_named.then(|| Selector::of(&reference));
            let repository = reference.repository().clone();
            let known = selections
                .iter_mut()
                .find(|known| known.repository == repository);
            match (known, selector) {
                (None, selector) => selections.push(Self {
                    repository,
                    named: selector.map(|selector| vec![selector]),
                }),
                (Some(known), None) => known.named = None,
                (Some(known), Some(selector)) => {
                    if let Some(named) = &mut known.named {
                        named.push(selector);
                    }
                }
            }
        }
        Ok(selections)
    }

    /// The manifests of the selection, each once, in the order of their first tags.
    ///
    /// # Errors
    ///
    /// The repository or a named manifest does not exist, or the registry gives no definite answer.
    pub(crate) fn roots(&self, client: &RepositoryClient<'_>, jobs: usize) -> Result<Vec<Root>> {
        Ok(self.read(client, jobs)?.roots)
    }

    /// As [`Self::roots`], with the tags that the registry lists, but does not have.
    ///
    /// # Errors
    ///
    /// As [`Self::roots`].
    pub(crate) fn read(&self, client: &RepositoryClient<'_>, jobs: usize) -> Result<Listed> {
        let selectors = match &self.named {
            Some(named) => named.clone(),
            None => self.all_tags(client)?,
        };
        let found = pool::map(jobs, &selectors, |selector| self.find(client, selector));
        let mut order: Vec<Digest> = Vec::new();
        let mut roots: BTreeMap<Digest, Root> = BTreeMap::new();
        let mut missing = Vec::new();
        for (selector, found) in selectors.iter().zip(found) {
            // A tag can be deleted after the list was read.
            let Some(found) = found? else {
                missing.push(selector.to_string());
                continue;
            };
            let digest = found.blob.digest;
            let descriptor = descriptor(&found)?;
            let root = roots.entry(digest).or_insert_with(|| {
                order.push(digest);
                Root {
                    descriptor,
                    digest,
                    tags: Vec::new(),
                }
            });
            if let Selector::Tag(tag) = selector {
                root.tags.push(tag.clone());
            }
        }
        let in_order = order.iter().filter_map(|digest| roots.remove(digest));
        Ok(Listed {
            roots: in_order.collect(),
            missing,
        })
    }

    fn all_tags(&self, client: &RepositoryClient<'_>) -> Result<Vec<Selector>> {
        let missing = || {
            Error::cannot(
                "list tags of",
                &self.repository,
                "there is no such repository",
            )
        };
        let mut tags = client.tags()?.ok_or_else(missing)?;
        // Lists of referrers, and signatures of cosign 2, are no images.
        tags.retain(|tag| subject_of_tag(tag).is_none());
        tags.sort();
        Ok(tags.into_iter().map(Selector::Tag).collect())
    }

    fn find(&self, client: &RepositoryClient<'_>, selector: &Selector) -> Result<Option<Found>> {
        let found = client.manifest_exists(selector)?;
        if found.is_none() && self.named.is_some() {
            let separator = match selector {
                Selector::Tag(_) => ':',
                Selector::Digest(_) => '@',
            };
            let object = format!("{}{separator}{selector}", self.repository);
            return Err(Error::cannot("find image", object, "it does not exist"));
        }
        Ok(found)
    }
}

fn descriptor(found: &Found) -> Result<Descriptor> {
    let digest = found.blob.digest.to_string();
    let digest = OciDigest::try_from(digest.as_str()).cannot("read digest", &digest)?;
    let media_type = MediaType::from(found.media_type.as_str());
    Ok(Descriptor::new(media_type, found.blob.size, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_one_repository_are_one_selection() {
        let digest = Digest::of(b"");
        let texts = [
            "r.example/a:1",
            "r.example/b",
            "r.example/a:2",
            "r.example/b:3",
        ];
        let mut texts: Vec<String> = texts.map(str::to_owned).into();
        texts.push(format!("r.example/a:4@{digest}"));
        let selections = Selection::parse(&texts).unwrap();
        let shown = selections.iter().map(|selection| {
            let named = selection.named.as_ref();
            let named = named.map(|all| all.iter().map(Selector::to_string).collect::<Vec<_>>());
            (selection.repository.path(), named)
        });
        let a = vec!["1".to_owned(), "2".to_owned(), digest.to_string()];
        assert_eq!(shown.collect::<Vec<_>>(), [("a", Some(a)), ("b", None)]);
    }
}
