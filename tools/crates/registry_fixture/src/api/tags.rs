//! [Tags](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags).

use serde_json::json;

use super::call::Call;
use super::list::{link, page};
use crate::error::{error, Error};
use crate::http::Response;

pub(super) fn answer(call: &Call<'_, '_>) -> Result<Response, Error> {
    let store = call.store();
    let Some(repository) = store.repository(call.repository) else {
        return Err(error(
            404,
            "NAME_UNKNOWN",
            "repository name not known to registry",
        ));
    };
    let all = repository.tags.keys().collect();
    let (tags, more) = page(call, all, |tag| tag.as_str())?;
    let response = Response::json(200, &json!({"name": call.repository, "tags": tags}));
    Ok(match tags.last() {
        Some(last) if more => link(response, call, last),
        _ => response,
    })
}
