//! Images of a repository in a registry.

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::Selector;
use serde_json::json;

use super::origin::Origin;
use crate::content::{RegistrySource, Source};

/// A repository in a registry.
pub(super) struct RegistryOrigin<'a>(RegistrySource<'a>);

impl<'a> RegistryOrigin<'a> {
    pub(super) fn new(source: RegistrySource<'a>) -> Self {
        Self(source)
    }
}

impl Origin for RegistryOrigin<'_> {
    fn source(&self) -> &dyn Source {
        &self.0
    }

    fn tags(&self) -> Result<Vec<String>> {
        let tags = self.0.client().tags()?;
        tags.ok_or_else(|| {
            Error::cannot("list tags of", self.0.name(), "there is no such repository")
        })
    }

    /// A registry does not list them.
    fn untagged(&self) -> Vec<Descriptor> {
        Vec::new()
    }

    fn find(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        let Some(found) = self.0.client().manifest_exists(selector)? else {
            return Ok(None);
        };
        let descriptor = json!({
            "mediaType": found.media_type,
            "digest": found.blob.digest.to_string(),
            "size": found.blob.size,
        });
        oci::read_descriptor(selector, descriptor.to_string().as_bytes()).map(Some)
    }

    fn referrers(&self, subject: Digest) -> Result<Vec<Descriptor>> {
        Ok(self.0.client().referrers(subject, None)?.descriptors)
    }
}
