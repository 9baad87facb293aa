//! [Referrers](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers).

use serde_json::json;

use super::call::{digest, Call};
use super::list::{link, page};
use crate::error::{error, Error};
use crate::http::Response;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub(super) fn answer(call: &Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    if !call.settings().referrers {
        return Err(error(404, "UNSUPPORTED", "no such endpoint"));
    }
    let subject = digest(reference)?;
    let filter = call.head.parameter("artifactType");
    let store = call.store();
    let found = store.repository(call.repository);
    let mut all = found.map(|r| r.referrers(&subject)).unwrap_or_default();
    if let Some(filter) = &filter {
        all.retain(|descriptor| descriptor.artifact_type.as_ref() == Some(filter));
    }
    let (manifests, more) = page(call, all, |descriptor| descriptor.digest.as_str())?;
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
    let mut response = Response::json(200, &index).header("Content-Type", INDEX);
    if filter.is_some() {
        response = response.header("OCI-Filters-Applied", "artifactType");
    }
    Ok(match manifests.last() {
        Some(last) if more => link(response, call, &last.digest),
        _ => response,
    })
}
