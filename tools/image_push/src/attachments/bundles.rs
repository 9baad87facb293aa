//! Reads the bundles that are attached to an image. A registry may have hostile ones: sizes and numbers are limited, and a
//! manifest that is not what its descriptor states is a problem of this manifest only.

use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use blob::{Blob, Digest, Error, Result};
use oci::{Descriptor, MAX_DOCUMENT};
use registry::{RepositoryClient, Selector};
use serde::Deserialize;
use sign::BUNDLE_MEDIA_TYPE;

use crate::content::blob_of;

/// Referrers of an image that are read. Others with the same artifact type are a problem that is reported.
pub(crate) const MAX_CANDIDATES: usize = 100;

/// The maximum size of a bundle, as in the crate `sign`.
const MAX_BUNDLE: u64 = 16 << 20;

/// Bundles up to this size are read at the same time.
const SMALL_BUNDLE: u64 = 1 << 20;

/// The beginning of the media types of all versions of bundles.
const ANY_BUNDLE: &str = "application/vnd.dev.sigstore.bundle";

/// The annotation of cosign with the type of a statement.
const PREDICATE_TYPE: &str = "dev.sigstore.bundle.predicateType";

/// The artifact type that some versions of cosign write into the fallback list.
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// A referrer that may have a bundle.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// The digest of its manifest.
    pub(crate) referrer: String,
    /// The bundle.
    pub(crate) content: Content,
}

/// The content of a referrer.
#[derive(Debug)]
pub(crate) enum Content {
    /// The bytes of a bundle, which is not verified.
    Bundle(Vec<u8>),
    /// The registry lists it, but does not have its manifest or its content.
    Missing,
    /// It has no bundle, or it cannot be read. The text says why.
    Unreadable(String),
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Descriptor>,
    subject: Option<Descriptor>,
}

/// Gives each bundle that is attached to an image to a function, in the order of the registry, until it breaks. Only one
/// bundle is in memory, and of large ones only one in the whole process.
///
/// # Errors
///
/// The registry cannot list the referrers of the image.
pub(crate) fn for_each_bundle(
    client: &RepositoryClient<'_>,
    subject: Digest,
    each: impl FnMut(Candidate) -> ControlFlow<()>,
) -> Result<()> {
    let listed = client.referrers(subject, None)?.descriptors;
    for_each_listed_bundle(client, subject, &listed, each);
    Ok(())
}

/// As [`for_each_bundle`], for a list of referrers that was read before.
pub(crate) fn for_each_listed_bundle(
    client: &RepositoryClient<'_>,
    subject: Digest,
    listed: &[Descriptor],
    mut each: impl FnMut(Candidate) -> ControlFlow<()>,
) {
    let mut count = 0;
    for descriptor in listed.iter().filter(|descriptor| may_be_bundle(descriptor)) {
        let referrer = shown(descriptor);
        if count == MAX_CANDIDATES {
            let cause =
                format!("the image has more than {MAX_CANDIDATES} signatures and statements");
            let content = Content::Unreadable(cause);
            let _ = each(Candidate { referrer, content });
            break;
        }
        let (content, _turn) = read(client, subject, descriptor)
            .unwrap_or_else(|cause| (Some(Content::Unreadable(cause)), None));
        let Some(content) = content else { continue };
        count += 1;
        if each(Candidate { referrer, content }).is_break() {
            break;
        }
    }
}

/// Whether the list states that a referrer is a statement of another type. Not all programs write this annotation.
pub(crate) fn states_other_predicate(descriptor: &Descriptor, predicate_type: &str) -> bool {
    let annotations = descriptor.annotations().as_ref();
    let found = annotations.and_then(|all| all.get(PREDICATE_TYPE));
    found.is_some_and(|found| found != predicate_type)
}

fn may_be_bundle(descriptor: &Descriptor) -> bool {
    let found = descriptor.artifact_type().as_ref();
    found.is_none_or(|found| {
        let found = found.as_ref();
        found == EMPTY || found.starts_with(ANY_BUNDLE)
    })
}

fn shown(descriptor: &Descriptor) -> String {
    match blob_of(descriptor) {
        Ok(blob) => blob.digest.to_string(),
        Err(_) => message::shorten(descriptor.digest().as_ref()),
    }
}

/// The first line of an error: a cause has no hint.
pub(super) fn cause(error: &Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Whether the list itself states that it is a bundle.
fn is_stated(descriptor: &Descriptor) -> bool {
    let found = descriptor.artifact_type().as_ref();
    found.is_some_and(|found| found.as_ref().starts_with(ANY_BUNDLE))
}

/// The right to have a large bundle in memory.
type Turn = Option<MutexGuard<'static, ()>>;

/// Waits until no other thread has a large bundle, if this one is large.
fn turn(size: u64) -> Turn {
    static LARGE: Mutex<()> = Mutex::new(());
    (size > SMALL_BUNDLE).then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The content of a referrer; `None` if it is another kind of artifact.
fn read(
    client: &RepositoryClient<'_>,
    subject: Digest,
    descriptor: &Descriptor,
) -> std::result::Result<(Option<Content>, Turn), String> {
    let blob = blob_of(descriptor).map_err(|error| cause(&error))?;
    if blob.size > MAX_DOCUMENT {
        let size = blob.size;
        return Err(format!(
            "its manifest has {size} bytes, at most {MAX_DOCUMENT} are read"
        ));
    }
    let manifest = client.manifest(&Selector::Digest(blob.digest));
    let manifest = manifest.map_err(|error| cause(&error))?;
    let Some(manifest) = manifest else {
        return Ok((Some(Content::Missing), None));
    };
    let manifest: Manifest = match serde_json::from_slice(&manifest.bytes) {
        Ok(manifest) => manifest,
        Err(_) if !is_stated(descriptor) => return Ok((None, None)),
        Err(error) => return Err(format!("its manifest is invalid: {error}")),
    };
    let is_bundle = |layer: &&Descriptor| {
        let media_type = layer.media_type().to_string();
        media_type.starts_with(ANY_BUNDLE)
    };
    let Some(layer) = manifest.layers.iter().find(is_bundle) else {
        if is_stated(descriptor) {
            return Err(format!("it has no layer of type `{BUNDLE_MEDIA_TYPE}`"));
        }
        return Ok((None, None));
    };
    let names = manifest
        .subject
        .as_ref()
        .and_then(|subject| blob_of(subject).ok());
    match names {
        Some(named) if named.digest == subject => {}
        Some(named) => return Err(format!("it names another image: `{}`", named.digest)),
        None => return Err("its manifest names no image (`subject`)".to_owned()),
    }
    let blob = blob_of(layer).map_err(|error| cause(&error))?;
    let turn = turn(blob.size);
    let bundle = small_blob(client, &blob, MAX_BUNDLE)?;
    let content = bundle.map_or(Content::Missing, Content::Bundle);
    Ok((Some(content), turn))
}

/// The content of a small blob, if it exists.
pub(super) fn small_blob(
    client: &RepositoryClient<'_>,
    blob: &Blob,
    most: u64,
) -> std::result::Result<Option<Vec<u8>>, String> {
    if blob.size > most {
        let size = blob.size;
        return Err(format!(
            "its content has {size} bytes, at most {most} are read"
        ));
    }
    let mut bytes = Vec::new();
    let exists = client.blob(blob, &mut bytes);
    let exists = exists.map_err(|error| cause(&error))?;
    Ok(exists.then_some(bytes))
}
