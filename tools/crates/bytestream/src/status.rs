//! The [status](https://github.com/grpc/grpc/blob/master/doc/statuscodes.md) at the end of a call.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use transfer::Failure;

/// The failure for a status other than `OK`. A message that repeats a secret is not shown.
pub(crate) fn check(trailers: &HeaderMap, secrets: &[String]) -> Result<(), Failure> {
    let text = |name| trailers.get(name).and_then(|value| value.to_str().ok());
    let Some(code) = text("grpc-status").and_then(|code| code.parse::<u32>().ok()) else {
        return Err(Failure::interrupted());
    };
    let name = match code {
        0 => return Ok(()),
        1 => "CANCELLED",
        3 => "INVALID_ARGUMENT",
        4 => "DEADLINE_EXCEEDED",
        5 => "NOT_FOUND",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        10 => "ABORTED",
        11 => "OUT_OF_RANGE",
        12 => "UNIMPLEMENTED",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        16 => "UNAUTHENTICATED",
        _ => "UNKNOWN",
    };
    let details = percent_decode_str(text("grpc-message").unwrap_or_default()).decode_utf8_lossy();
    let is_secret = secrets
        .iter()
        .any(|secret| secret.len() >= 4 && details.contains(secret));
    let details = message::shorten(&message::redact_all(&details));
    let cause = match details.as_str() {
        "" => format!("the cache answered {name}"),
        _ if is_secret => format!("the cache answered {name}: (not shown: it repeats a secret)"),
        details => format!("the cache answered {name}: {details}"),
    };
    Err(match code {
        5 => Failure::Missing(cause),
        1 | 4 | 8 | 10 | 13 | 14 => Failure::temporary(cause),
        7 | 16 => Failure::with_hint(
            cause,
            "give the headers of the build (`--remote_header` in .bazelrc) with `--remote-header NAME=env://VARIABLE`",
        ),
        _ => Failure::permanent(cause),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        let found = |code: &str, text: &str| {
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", code.parse().unwrap());
            trailers.insert("grpc-message", text.parse().unwrap());
            check(&trailers, &["s3cret".to_owned()]).unwrap_err()
        };
        assert!(
            matches!(found("5", ""), Failure::Missing(cause) if cause == "the cache answered NOT_FOUND")
        );
        assert!(
            matches!(found("14", "a%20b"), Failure::Temporary { cause, .. } if cause == "the cache answered UNAVAILABLE: a b")
        );
        assert_eq!(
            found("16", "key s3cret").cause(),
            "the cache answered UNAUTHENTICATED: (not shown: it repeats a secret)"
        );
        assert_eq!(found("77", "x").cause(), "the cache answered UNKNOWN: x");
        assert_eq!(found("x", "").cause(), "connection interrupted");
    }
}
