//! Referrers: manifests that name another one as their subject, such as signatures
//! (<https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>).
//!
//! A registry without the API has an index at a tag instead, which clients maintain
//! (<https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema>).

use std::sync::PoisonError;

use blob::{Digest, Error, Result, ResultExt};
use oci::{read_index, Descriptor, MAX_DOCUMENT};
use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};
use serde_json::{json, Value};
use transfer::http::response::header;
use transfer::Failure;
use ureq::http::header::{ACCEPT, CONTENT_TYPE};
use ureq::http::{Method, StatusCode, Uri};

use super::{Manifest, Outcome, RepositoryClient, Selector};
use crate::http::{next_page, Pages};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Referrers of a manifest that are read.
const MAX_REFERRERS: usize = 10_000;

/// Pages that are read.
const MAX_PAGES: usize = 1_000;

/// How often the list at a tag is written if another client changes it at the same time.
const WRITES: usize = 5;

/// The place of a new entry in a list at a tag. Programs that use one statement only take the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all others: a new statement.
    First,
    /// After all others: a copy, which keeps the order of its source.
    Last,
}

/// The referrers of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Referrers {
    /// Their descriptors, in the order of the registry.
    pub descriptors: Vec<Descriptor>,
    /// Whether the registry lists them itself. If not, the list is at a tag.
    pub is_api: bool,
}

impl RepositoryClient<'_> {
    /// The manifests that have the subject `subject`, of all types or of one.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, a list that is not an index, or more referrers than are read.
    pub fn referrers(&self, subject: Digest, artifact_type: Option<&str>) -> Result<Referrers> {
        let listed = self.listed(subject, artifact_type)?;
        let (mut descriptors, is_api) = match listed {
            Some(descriptors) => (descriptors, true),
            None => (self.at_tag(subject)?, false),
        };
        // Not all registries filter (`OCI-Filters-Applied`), and filtering twice changes nothing.
        if let Some(wanted) = artifact_type {
            descriptors.retain(|found| is_of_type(found, wanted));
        }
        Ok(Referrers {
            descriptors,
            is_api,
        })
    }

    /// The list of the API; `None` if the registry has none.
    fn listed(
        &self,
        subject: Digest,
        artifact_type: Option<&str>,
    ) -> Result<Option<Vec<Descriptor>>> {
        let object = format!("@{subject}");
        let verb = "list referrers of";
        let mut all = Vec::new();
        let mut pages = Pages::default();
        let mut next: Option<Uri> = None;
        for _ in 0..MAX_PAGES {
            let page = self.run(verb, &object, || {
                let url = match &next {
                    Some(url) => url.clone(),
                    None => self.first_page(subject, artifact_type)?,
                };
                self.referrers_page(url)
            })?;
            let Some((page, link)) = page else {
                if next.is_none() {
                    return Ok(None);
                }
                let cause = "the registry does not have the next page";
                return self.run(verb, &object, || Err(Failure::permanent(cause)));
            };
            all.extend(page);
            if all.len() > MAX_REFERRERS {
                break;
            }
            let Some(link) = link else {
                return Ok(Some(all));
            };
            if let Err(cause) = pages.add(&link) {
                return self.run(verb, &object, || Err(Failure::permanent(cause)));
            }
            next = Some(link);
        }
        let cause = format!("there are more than {MAX_REFERRERS} referrers or {MAX_PAGES} pages");
        self.run(verb, &object, || Err(Failure::permanent(cause.clone())))
    }

    fn first_page(&self, subject: Digest, artifact_type: Option<&str>) -> Outcome<Uri> {
        let query = artifact_type.map(|wanted| {
            let wanted = utf8_percent_encode(wanted, NON_ALPHANUMERIC);
            format!("?artifactType={wanted}")
        });
        let query = query.unwrap_or_default();
        self.url(&format!("referrers/{subject}{query}"))
    }

    fn referrers_page(&self, url: Uri) -> Outcome<Option<(Vec<Descriptor>, Option<Uri>)>> {
        let accept = vec![(ACCEPT, INDEX.to_owned())];
        let sent = self.ask(Method::GET, url, accept, MAX_DOCUMENT)?;
        let response = sent.response;
        let status = response.status();
        // Registries that are older than the API answer 404; some take the path for another one.
        let unknown = [
            StatusCode::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::BAD_REQUEST,
            StatusCode::NOT_ACCEPTABLE,
        ];
        if unknown.contains(&status) {
            return Ok(None);
        }
        if status != StatusCode::OK {
            return Err(self.failed(response));
        }
        let kind = header(&response, &CONTENT_TYPE).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != INDEX {
            return Ok(None);
        }
        let next = next_page(&sent.url, &response)?;
        let bytes = self.read(response, MAX_DOCUMENT)?;
        let index = read_index("the list of referrers", &bytes);
        let index = index.map_err(|error| Failure::permanent(error.to_string()))?;
        Ok(Some((index.manifests().clone(), next)))
    }

    /// The list at the tag, empty if there is no such tag.
    fn at_tag(&self, subject: Digest) -> Result<Vec<Descriptor>> {
        let Some(manifest) = self.manifest(&tag(subject))? else {
            return Ok(Vec::new());
        };
        let object = format!("{}:{}", self.name(), tag(subject));
        let index = read_index(&object, &manifest.bytes)?;
        if index.manifests().len() > MAX_REFERRERS {
            let cause = format!("it lists more than {MAX_REFERRERS} referrers");
            return Err(Error::cannot("read", object, cause));
        }
        Ok(index.manifests().clone())
    }

    /// Adds a manifest to the list at the tag of its subject, for a registry that does not list referrers itself
    /// ([`super::Stored::lists_referrers`]). Entries of other clients are kept as they are. The list is read again after
    /// it was written, because another client may have written at the same time.
    ///
    /// # Errors
    ///
    /// The tag has another document than an index, the list is full, or other clients replace it again and again.
    pub fn add_referrer(
        &self,
        subject: Digest,
        descriptor: &Descriptor,
        place: Place,
    ) -> Result<()> {
        let object = format!("{}:{}", self.name(), tag(subject));
        let entry = serde_json::to_value(descriptor).cannot("write", &object)?;
        self.change_list(subject, &object, |list| added(list, &entry, place))
    }

    /// Removes manifests from the list at the tag of their subject, for a registry that does not list referrers itself.
    /// The manifests stay. All other entries are kept as they are.
    ///
    /// # Errors
    ///
    /// The tag has another document than an index, or other clients replace it again and again.
    pub fn remove_referrers(&self, subject: Digest, removed: &[Digest]) -> Result<()> {
        let object = format!("{}:{}", self.name(), tag(subject));
        self.change_list(subject, &object, |list| without(list?, removed))
    }

    /// Writes the list at the tag until there is nothing to change (`None`).
    fn change_list(
        &self,
        subject: Digest,
        object: &str,
        change: impl Fn(Option<Value>) -> Option<Value>,
    ) -> Result<()> {
        let lock = &self.client.fallback;
        let _lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
        for writes in 0.. {
            let found = self.manifest(&tag(subject))?;
            let list = found.as_ref().map(|found| entries(found, object));
            let Some(list) = change(list.transpose()?) else {
                return Ok(());
            };
            if writes == WRITES {
                break;
            }
            let count = list.get("manifests").and_then(Value::as_array);
            if count.is_some_and(|all| all.len() > MAX_REFERRERS) {
                let cause = format!("it would list more than {MAX_REFERRERS} referrers");
                return Err(Error::cannot("write", object, cause));
            }
            let bytes = serde_json::to_vec(&list).cannot("write", object)?;
            self.put_manifest(&tag(subject), INDEX, &bytes)?;
        }
        let cause = "other clients replace the list again and again";
        Err(Error::cannot("write", object, cause).hint("try again when they have ended"))
    }
}

/// The tag that has the referrers of a manifest.
fn tag(subject: Digest) -> Selector {
    Selector::Tag(format!("sha256-{}", subject.hex()))
}

/// The list as a value, so that fields that this client does not know are kept.
fn entries(manifest: &Manifest, object: &str) -> Result<Value> {
    // This also limits the number of values.
    read_index(object, &manifest.bytes)?;
    let list: Value = serde_json::from_slice(&manifest.bytes).cannot("read", object)?;
    if manifest.media_type == INDEX && list.get("manifests").is_some_and(Value::is_array) {
        return Ok(list);
    }
    let cause = format!("expected an image index, found `{}`", manifest.media_type);
    Err(Error::cannot("read", object, cause).hint("delete the tag, or attach to another image"))
}

/// The list with the entry, or `None` if it has it already. An entry with the same digest and other fields is replaced.
fn added(list: Option<Value>, entry: &Value, place: Place) -> Option<Value> {
    let mut list =
        list.unwrap_or_else(|| json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}));
    let all = list.get_mut("manifests")?.as_array_mut()?;
    let same = |other: &&mut Value| other.get("digest") == entry.get("digest");
    match all.iter_mut().find(same) {
        Some(other) if other == entry => return None,
        Some(other) => *other = entry.clone(),
        None if place == Place::First => all.insert(0, entry.clone()),
        None => all.push(entry.clone()),
    }
    Some(list)
}

/// The list without the entries of these digests, or `None` if it has none of them.
fn without(mut list: Value, digests: &[Digest]) -> Option<Value> {
    let all = list.get_mut("manifests")?.as_array_mut()?;
    let before = all.len();
    all.retain(|entry| {
        let digest = entry.get("digest").and_then(Value::as_str);
        let digest = digest.and_then(|text| text.parse().ok());
        digest.is_none_or(|digest: Digest| !digests.contains(&digest))
    });
    (all.len() < before).then_some(list)
}

/// Whether a referrer has a type. Some clients write the type of the configuration instead
/// (`application/vnd.oci.empty.v1+json`), so the caller must look at those entries, too.
fn is_of_type(descriptor: &Descriptor, wanted: &str) -> bool {
    const EMPTY: &str = "application/vnd.oci.empty.v1+json";
    let found = descriptor.artifact_type().as_ref();
    found.is_none_or(|found| found.as_ref() == wanted || found.as_ref() == EMPTY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_others_are_kept() {
        let entry = json!({"mediaType": "m", "digest": "sha256:b", "size": 1});
        let list = added(None, &entry, Place::Last).unwrap();
        assert_eq!(added(Some(list.clone()), &entry, Place::First), None);
        let other = json!({"digest": "sha256:a", "future": {"x": [1]}});
        let theirs = json!({"schemaVersion": 2, "manifests": [other], "annotations": {"k": "v"}});
        let expected = |manifests: [&Value; 2]| json!({"schemaVersion": 2, "manifests": manifests, "annotations": {"k": "v"}});
        for (place, manifests) in [
            (Place::Last, [&other, &entry]),
            (Place::First, [&entry, &other]),
        ] {
            let merged = added(Some(theirs.clone()), &entry, place).unwrap();
            assert_eq!(merged, expected(manifests));
        }
        let older = json!({"schemaVersion": 2, "manifests": [{"digest": "sha256:b"}]});
        assert_eq!(
            added(Some(older), &entry, Place::Last).unwrap()["manifests"],
            json!([entry])
        );
    }

    #[test]
    fn only_named_entries_are_removed() {
        let [a, b] = [Digest::of(b"a"), Digest::of(b"b")];
        let own = json!({"digest": a.to_string()});
        let others = [
            json!({"digest": b.to_string(), "future": 1}),
            json!({"digest": "sha512:x"}),
            json!({}),
        ];
        let list = |manifests: &[&Value]| json!({"manifests": manifests, "annotations": {}});
        let [x, y, z] = &others;
        assert_eq!(
            without(list(&[x, &own, y, z, &own]), &[a]),
            Some(list(&[x, y, z]))
        );
        assert_eq!(without(list(&[x, y, z]), &[a]), None);
    }
}
