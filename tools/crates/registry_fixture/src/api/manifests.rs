//! [Manifests](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests): pull, push and
//! delete.

use std::io::Read;

use super::call::{digest, Call};
use crate::error::{error, Error};
use crate::http::Response;
use crate::store::{is_tag, Content, Digest, Manifest, Repository};

pub(super) fn answer(call: &mut Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    check(reference)?;
    match call.head.method.as_str() {
        "GET" | "HEAD" => read(call, reference),
        "PUT" => put(call, reference),
        "DELETE" => delete(call, reference),
        _ => Err(call.unsupported()),
    }
}

/// # Errors
///
/// If this is neither a digest nor a tag.
fn check(reference: &str) -> Result<(), Error> {
    if reference.contains(':') {
        return digest(reference).map(drop);
    }
    if is_tag(reference) {
        return Ok(());
    }
    Err(error(400, "MANIFEST_INVALID", "invalid tag"))
}

fn read(call: &Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    let store = call.store();
    let found = store.repository(call.repository);
    let (digest, manifest) = found
        .and_then(|r| r.manifest(reference))
        .ok_or_else(unknown)?;
    Ok(Response::new(200)
        .header("Content-Type", &manifest.media_type)
        .header("Docker-Content-Digest", digest)
        .content(Content::Memory(manifest.bytes.clone())))
}

fn put(call: &mut Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    let bytes = body(call)?;
    let digest = match Digest::parse(reference) {
        Some(digest) if !digest.matches(&bytes[..])? => {
            let message = "provided digest did not match uploaded content";
            return Err(error(400, "DIGEST_INVALID", message));
        }
        Some(digest) => digest,
        None => Digest::sha256(&bytes),
    };
    let manifest = parse(call, bytes)?;
    let tags = tags(call, reference)?;
    let subject = manifest.document.subject.as_ref();
    let subject = subject.map(|subject| subject.digest.clone());
    let (sparse, referrers) = {
        let settings = call.settings();
        (settings.sparse, settings.referrers)
    };
    let mut store = call.store();
    let repository = store.repository_mut(call.repository);
    if !sparse {
        complete(repository, &manifest)?;
    }
    repository.put_manifest(digest.clone(), manifest);
    for tag in &tags {
        repository.tags.insert(tag.clone(), digest.clone());
    }
    let path = format!("/v2/{}/manifests/{digest}", call.repository);
    let mut response = Response::new(201)
        .header("Location", path)
        .header("Docker-Content-Digest", &digest);
    if let Some(subject) = subject.filter(|_| referrers) {
        response = response.header("OCI-Subject", subject);
    }
    if Digest::parse(reference).is_some() {
        response = tags
            .into_iter()
            .fold(response, |r, tag| r.add("OCI-Tag", tag));
    }
    Ok(response)
}

fn body(call: &mut Call<'_, '_>) -> Result<Vec<u8>, Error> {
    let limit = call.settings().manifest_limit;
    let mut bytes = Vec::new();
    call.body.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        let message = format!("the manifest is larger than {limit} bytes");
        return Err(error(413, "SIZE_INVALID", message));
    }
    Ok(bytes)
}

fn parse(call: &Call<'_, '_>, bytes: Vec<u8>) -> Result<Manifest, Error> {
    let invalid = |message: String| error(400, "MANIFEST_INVALID", message);
    let Some(media_type) = call.head.header("content-type") else {
        return Err(invalid("no Content-Type".to_owned()));
    };
    let manifest = Manifest::new(media_type, bytes).map_err(invalid)?;
    match &manifest.document.media_type {
        Some(own) if own != media_type => Err(invalid(format!(
            "the mediaType is `{own}`, and the Content-Type is `{media_type}`"
        ))),
        _ => Ok(manifest),
    }
}

/// The tags of this request: the one in the path, or those of the query
/// ([`tag`](https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests-with-tags), 1.2).
fn tags(call: &Call<'_, '_>, reference: &str) -> Result<Vec<String>, Error> {
    if is_tag(reference) {
        return Ok(vec![reference.to_owned()]);
    }
    let tags: Vec<_> = call.head.parameters("tag").collect();
    tags.iter().try_for_each(|tag| check(tag))?;
    Ok(tags)
}

/// # Errors
///
/// If the repository does not have all content that the manifest names.
fn complete(repository: &Repository, manifest: &Manifest) -> Result<(), Error> {
    let unknown = |digest: &str| {
        let message = format!("the manifest refers to `{digest}`, which is unknown");
        error(400, "MANIFEST_BLOB_UNKNOWN", message)
    };
    for blob in manifest.blobs() {
        if !repository.blobs.contains(&digest(&blob.digest)?) {
            return Err(unknown(&blob.digest));
        }
    }
    for child in manifest.manifests() {
        if !repository.manifests.contains_key(&digest(&child.digest)?) {
            return Err(unknown(&child.digest));
        }
    }
    Ok(())
}

fn delete(call: &Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    call.may_delete()?;
    let mut store = call.store();
    let repository = store
        .known_repository_mut(call.repository)
        .ok_or_else(unknown)?;
    let deleted = match Digest::parse(reference) {
        Some(digest) => repository.delete_manifest(&digest),
        None => repository.tags.remove(reference).is_some(),
    };
    if deleted {
        return Ok(Response::new(202));
    }
    Err(unknown())
}

fn unknown() -> Error {
    error(404, "MANIFEST_UNKNOWN", "manifest unknown to registry")
}
