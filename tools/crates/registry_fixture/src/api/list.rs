//! Pages of a list.

use super::call::Call;
use crate::error::{error, Error};
use crate::http::Response;

/// The part of an ordered list that a request asks for with `n` and `last`, and whether more follows.
pub(super) fn page<T>(
    call: &Call<'_, '_>,
    items: Vec<T>,
    name: impl Fn(&T) -> &str,
) -> Result<(Vec<T>, bool), Error> {
    let wanted = match call.head.parameter("n") {
        None => usize::MAX,
        Some(number) => number
            .parse()
            .map_err(|_| error(400, "UNSUPPORTED", "`n` is not a number"))?,
    };
    let size = wanted.min(call.settings().page.unwrap_or(usize::MAX));
    let last = call.head.parameter("last").unwrap_or_default();
    let mut rest: Vec<_> = items
        .into_iter()
        .filter(|item| *name(item) > *last)
        .collect();
    // No link to a page that would be the same.
    let more = rest.len() > size && size > 0;
    rest.truncate(size);
    Ok((rest, more))
}

/// Adds the URL of the page after this item.
pub(super) fn link(response: Response, call: &Call<'_, '_>, last: &str) -> Response {
    let kept = call.head.query.split('&');
    let kept = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("last="));
    let last = format!("last={last}");
    let query: Vec<_> = kept.chain([last.as_str()]).collect();
    let url = format!("{}?{}", call.head.path, query.join("&"));
    response.header("Link", format!("<{url}>; rel=\"next\""))
}
