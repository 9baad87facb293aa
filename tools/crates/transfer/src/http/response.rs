//! The headers of responses.

use std::time::Duration;

use ureq::http::header::{HeaderName, CONTENT_RANGE, RETRY_AFTER};
use ureq::http::Response;
use ureq::Body;

/// The value of a header as text.
pub(crate) fn header<'a>(response: &'a Response<Body>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Parses `bytes START-END/TOTAL` to START and TOTAL. The total may be unknown.
pub(crate) fn content_range(response: &Response<Body>) -> Option<(u64, Option<u64>)> {
    let range = header(response, &CONTENT_RANGE)?.strip_prefix("bytes ")?;
    let (range, total) = range.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.trim().parse().ok()?, total))
}

/// Parses `Retry-After` in seconds. A date is ignored, because it requires a correct clock on this machine.
pub(crate) fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let seconds = header(response, &RETRY_AFTER)?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
