//! Images of an OCI layout.

use std::collections::HashMap;

use blob::{Digest, Result};
use oci::Descriptor;
use registry::Selector;
use serde::Deserialize;

use super::origin::Origin;
use crate::content::{blob_of, LayoutSource, Source};

/// An OCI layout. Referrers are entries of `index.json` without a name, as `oras` writes them, or are listed by an index with
/// the name `sha256-DIGEST`, as `regctl` does.
pub(super) struct LayoutOrigin {
    source: LayoutSource,
    referrers: HashMap<Digest, Vec<Descriptor>>,
    untagged: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Document {
    subject: Option<Descriptor>,
}

impl LayoutOrigin {
    /// Reads all entries without a name.
    pub(super) fn new(source: LayoutSource) -> Result<Self> {
        let mut referrers: HashMap<Digest, Vec<Descriptor>> = HashMap::new();
        let mut untagged = Vec::new();
        for root in source.roots() {
            let descriptor = &root.descriptor;
            match &root.name {
                None => match subject(&source, descriptor)? {
                    Some(subject) => {
                        let all = referrers.entry(blob_of(&subject)?.digest).or_default();
                        all.push(descriptor.clone());
                    }
                    None => untagged.push(descriptor.clone()),
                },
                Some(name) => {
                    let hex = name.strip_prefix("sha256-");
                    let subject = hex.and_then(|hex| Digest::from_hex(hex).ok());
                    if let Some(subject) = subject {
                        let bytes = source.document(descriptor)?;
                        let index = oci::read_index(name, &bytes)?;
                        let all = referrers.entry(subject).or_default();
                        all.extend(index.manifests().iter().cloned());
                    }
                }
            }
        }
        Ok(Self {
            source,
            referrers,
            untagged,
        })
    }
}

fn subject(source: &LayoutSource, descriptor: &Descriptor) -> Result<Option<Descriptor>> {
    let bytes = source.document(descriptor)?;
    let document = serde_json::from_slice::<Document>(&bytes);
    // `Graph` reports documents that are invalid, if they are copied.
    Ok(document.ok().and_then(|document| document.subject))
}

impl Origin for LayoutOrigin {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn tags(&self) -> Result<Vec<String>> {
        let roots = self.source.roots().iter();
        Ok(roots.filter_map(|root| root.name.clone()).collect())
    }

    fn untagged(&self) -> Vec<Descriptor> {
        self.untagged.clone()
    }

    fn find(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        let found = self.source.roots().iter().find(|root| match selector {
            Selector::Tag(tag) => root.name.as_ref() == Some(tag),
            Selector::Digest(digest) => root.descriptor.digest().as_ref() == digest.to_string(),
        });
        Ok(found.map(|root| plain(&root.descriptor)))
    }

    fn referrers(&self, subject: Digest) -> Result<Vec<Descriptor>> {
        Ok(self.referrers.get(&subject).cloned().unwrap_or_default())
    }
}

/// A descriptor without the annotations of its entry, such as its name.
fn plain(descriptor: &Descriptor) -> Descriptor {
    let mut plain = descriptor.clone();
    plain.set_annotations(None);
    plain
}
