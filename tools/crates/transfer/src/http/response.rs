//! The headers of responses.

use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::Timestamp;
use ureq::http::header::{HeaderName, CONTENT_RANGE, DATE, RETRY_AFTER};
use ureq::http::Response;
use ureq::Body;

/// The value of a header as text.
pub fn header<'a>(response: &'a Response<Body>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Parses `bytes START-END/TOTAL` to START and TOTAL. The total may be unknown.
pub fn content_range(response: &Response<Body>) -> Option<(u64, Option<u64>)> {
    let range = header(response, &CONTENT_RANGE)?.strip_prefix("bytes ")?;
    let (range, total) = range.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.trim().parse().ok()?, total))
}

/// Parses `Retry-After`: seconds, or a date. A date counts from the `Date` of the same response, so the clock of this
/// machine matters only for a server that sends none (RFC 9110, section 10.2.3).
pub fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let now = header(response, &DATE).and_then(timestamp);
    pause(
        header(response, &RETRY_AFTER)?,
        now.unwrap_or_else(Timestamp::now),
    )
}

fn pause(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let seconds = timestamp(value)?.as_second() - now.as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// Parses the date format that servers must send.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new()
        .parse_timestamp(text.trim())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses() {
        let now = timestamp("Fri, 27 Nov 2026 18:00:00 GMT").unwrap();
        for (value, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Fri, 27 Nov 2026 18:00:30 GMT", Some(30)),
            ("Fri, 27 Nov 2026 17:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("Fri, 99 Nov 2026 17:00:00 GMT", None),
        ] {
            assert_eq!(
                pause(value, now),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
    }
}
