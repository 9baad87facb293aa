//! Attaches bundles to images: as referrers, in the form that readers of the API and of the fallback tag expect.

use std::sync::{Mutex, PoisonError};

use blob::{Blob, Digest, Result};
use registry::{BytesContent, Place, Referrers, RepositoryClient, Selector};
use sign::Referrer;

use crate::content::blob_of;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Attaches bundles to images of one repository. Several threads may use it at the same time.
pub(crate) struct Attacher<'a> {
    client: &'a RepositoryClient<'a>,
    /// Whether the repository has the configuration, which is the same for all bundles.
    has_config: Mutex<bool>,
}

impl<'a> Attacher<'a> {
    /// Makes no request.
    pub(crate) fn new(client: &'a RepositoryClient<'a>) -> Self {
        Self {
            client,
            has_config: Mutex::default(),
        }
    }

    /// Writes a referrer: blobs, then the manifest, then the list at the fallback tag if the registry has no API.
    ///
    /// # Errors
    ///
    /// The registry refuses it.
    pub(crate) fn attach(&self, subject: Digest, referrer: &Referrer) -> Result<()> {
        self.send_config(referrer.config)?;
        let bundle = Blob::of(&referrer.bundle);
        self.client
            .upload(&bundle, &BytesContent(&referrer.bundle))?;
        let digest = blob_of(&referrer.descriptor)?.digest;
        let stored =
            self.client
                .put_manifest(&Selector::Digest(digest), MANIFEST, &referrer.manifest)?;
        if stored.lists_referrers {
            return Ok(());
        }
        // The registry may list it, but not say so in this answer.
        let referrers = self.client.referrers(subject, None)?;
        if referrers.is_api && is_listed(&referrers, referrer) {
            return Ok(());
        }
        self.client
            .add_referrer(subject, &referrer.descriptor, Place::First)
    }

    /// The lock is held during the upload: other threads wait for the blob, which their manifests need.
    fn send_config(&self, config: &[u8]) -> Result<()> {
        let has_config = self.has_config.lock();
        let mut has_config = has_config.unwrap_or_else(PoisonError::into_inner);
        if !*has_config {
            let blob = Blob::of(config);
            if !self.client.blob_exists(&blob)? {
                self.client.upload(&blob, &BytesContent(config))?;
            }
            *has_config = true;
        }
        Ok(())
    }
}

/// Whether a referrer is attached already, and in the list of the referrers of its image.
///
/// # Errors
///
/// The registry gives no definite answer.
pub(crate) fn is_attached(
    client: &RepositoryClient<'_>,
    referrer: &Referrer,
    listed: &Referrers,
) -> Result<bool> {
    let digest = blob_of(&referrer.descriptor)?.digest;
    if !is_listed(listed, referrer) {
        return Ok(false);
    }
    // A list at a tag may have manifests that were deleted.
    Ok(listed.is_api || client.manifest_exists(&Selector::Digest(digest))?.is_some())
}

fn is_listed(referrers: &Referrers, referrer: &Referrer) -> bool {
    let mut listed = referrers.descriptors.iter();
    listed.any(|found| found.digest() == referrer.descriptor.digest())
}
