//! The steps of a prune.

use blob::{Error, Result};
use registry::RepositoryClient;

use super::candidates::candidates;
use super::contents::Contents;
use super::deletion::deletion;
use super::request::Request;
use crate::output;

/// Prints the candidates, or deletes the manifests and tags of the request.
///
/// # Errors
///
/// The registry gives no definite answer or does not delete, or something needs a manifest that should be deleted.
pub(crate) fn prune(client: &RepositoryClient<'_>, request: &Request) -> Result<()> {
    let known = request.known.iter().chain(&request.digests).copied();
    let known: Vec<_> = known.collect();
    let contents = Contents::read(client, &known, request.jobs)?;
    let name = client.name();
    if !request.digests.is_empty() || !request.tags.is_empty() {
        return delete(client, &contents, request);
    }
    for found in candidates(&contents, &request.keep) {
        let tag = found.tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        output::line(format_args!(
            "{name}{tag}@{} {}",
            found.digest, found.reason
        ))?;
    }
    Ok(())
}

fn delete(client: &RepositoryClient<'_>, contents: &Contents, request: &Request) -> Result<()> {
    let name = client.name();
    let deletion = deletion(contents, request, &name.to_string())?;
    let outcome = |is_deleted: bool| if is_deleted { "deleted" } else { "missing" };
    for tag in &deletion.tags {
        let outcome = if !contents.tags.contains_key(tag) {
            "missing"
        } else if request.is_dry_run {
            "would delete"
        } else {
            outcome(client.delete_tag(tag).map_err(with_hint)?)
        };
        output::line(format_args!("{name}:{tag} {outcome}"))?;
    }
    for digest in &deletion.digests {
        let outcome = if !contents.has(*digest) {
            "missing"
        } else if request.is_dry_run {
            "would delete"
        } else {
            outcome(client.delete_manifest(*digest)?)
        };
        output::line(format_args!("{name}@{digest} {outcome}"))?;
    }
    Ok(())
}

fn with_hint(error: Error) -> Error {
    error.hint(
        "some registries delete a tag only with its manifest: give also `--delete` with its digest",
    )
}
