//! One repository.

use std::collections::{BTreeMap, BTreeSet};

use super::digest::Digest;
use super::manifest::{Descriptor, Manifest};

#[derive(Default)]
pub(crate) struct Repository {
    pub(crate) blobs: BTreeSet<Digest>,
    pub(crate) manifests: BTreeMap<Digest, Manifest>,
    pub(crate) tags: BTreeMap<String, Digest>,
}

impl Repository {
    /// The manifest with this tag or digest.
    pub(crate) fn manifest(&self, reference: &str) -> Option<(&Digest, &Manifest)> {
        match Digest::parse(reference) {
            Some(digest) => self.manifests.get_key_value(&digest),
            None => self.manifests.get_key_value(self.tags.get(reference)?),
        }
    }

    pub(crate) fn put_manifest(&mut self, digest: Digest, manifest: Manifest) {
        self.manifests.insert(digest, manifest);
    }

    /// Deletes a manifest and all its tags. Returns whether it was there.
    pub(crate) fn delete_manifest(&mut self, digest: &Digest) -> bool {
        self.tags.retain(|_, tagged| tagged != digest);
        self.manifests.remove(digest).is_some()
    }

    /// The manifests with this subject, in the order of their digests.
    pub(crate) fn referrers(&self, subject: &Digest) -> Vec<Descriptor> {
        let subject = subject.to_string();
        let refers = |manifest: &Manifest| {
            let found = manifest.document.subject.as_ref();
            found.is_some_and(|found| found.digest == subject)
        };
        let referrers = self.manifests.iter().filter(|(_, m)| refers(m));
        referrers
            .map(|(digest, m)| m.descriptor(digest.to_string()))
            .collect()
    }
}
