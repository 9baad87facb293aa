//! Errors that a registry reports: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes>.

use std::time::Duration;

use serde_json::Value;
use transfer::http::response::retry_after;
use transfer::Failure;
use ureq::http::StatusCode;

use crate::http::{read, Response};

/// The largest error document that is read.
const MAX_ERRORS: u64 = 64 << 10;

/// The errors of a document that are shown.
const SHOWN: usize = 3;

/// The failure for a response with an unexpected status. `is_secret` finds texts that must not be shown.
pub(crate) fn failure(
    response: Response,
    timeout: Duration,
    is_secret: &dyn Fn(&str) -> bool,
) -> Failure {
    let status = response.status();
    let pause = retry_after(&response);
    let details = read(response, MAX_ERRORS, timeout).unwrap_or_default();
    let details = reported(&details, is_secret);
    let cause = match details.as_str() {
        "" => format!("the registry answered {status}"),
        details => format!("the registry answered {status}: {details}"),
    };
    match Failure::of_status(status, pause) {
        Failure::Temporary { retry_after, .. } => Failure::Temporary { cause, retry_after },
        Failure::Permanent { cause, hint } => Failure::Permanent { cause, hint },
        Failure::Missing(_) => Failure::Permanent {
            cause,
            hint: hint(status),
        },
    }
}

fn hint(status: StatusCode) -> Option<String> {
    let text = match status {
        StatusCode::FORBIDDEN => "check that the login may do this in the repository",
        StatusCode::NOT_FOUND => "check the name of the repository",
        StatusCode::METHOD_NOT_ALLOWED => "the registry does not support this operation, or forbids it in its configuration",
        StatusCode::PAYLOAD_TOO_LARGE => "the registry, or a proxy in front of it, limits the size of a request: upload smaller chunks",
        _ => return None,
    };
    Some(text.to_owned())
}

/// `CODE: message` of each error, shortened and escaped.
pub(crate) fn reported(body: &[u8], is_secret: &dyn Fn(&str) -> bool) -> String {
    let Ok(document) = serde_json::from_slice::<Value>(body) else {
        return String::new();
    };
    let errors = document.get("errors").and_then(Value::as_array);
    let texts = errors.into_iter().flatten().take(SHOWN).map(|error| {
        let field = |name| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let (code, text) = (field("code"), field("message"));
        let hidden = is_secret(text) || is_secret(code);
        let text = if hidden {
            "(not shown: it repeats a secret)"
        } else {
            text
        };
        let code = if hidden { "" } else { code };
        let text = message::shorten(&message::redact_all(text));
        match (code, text.as_str()) {
            ("", text) => text.to_owned(),
            (code, "") => message::shorten(code),
            (code, text) => format!("{}: {text}", message::shorten(code)),
        }
    });
    let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_shortened_and_escaped() {
        let secret = |text: &str| text.contains("hunter2");
        let long = "x".repeat(100_000);
        for (body, shown) in [
            (
                r#"{"errors":[{"code":"DENIED","message":"no access"}]}"#.to_owned(),
                "DENIED: no access".to_owned(),
            ),
            (
                r#"{"errors":[{"code":"A"},{"message":"b"},{},{"code":"C"}]}"#.to_owned(),
                "A; b".to_owned(),
            ),
            (
                r#"{"errors":[{"code":"A","message":"\u001b[2J\nhint: evil"}]}"#.to_owned(),
                r"A: \u{1b}[2J\nhint: evil".to_owned(),
            ),
            (
                r#"{"errors":[{"code":"A","message":"bad hunter2"}]}"#.to_owned(),
                "(not shown: it repeats a secret)".to_owned(),
            ),
            (
                r#"{"errors":[{"code":"A","message":"see https://u:p@r.example/"}]}"#.to_owned(),
                "A: see https://***@r.example/".to_owned(),
            ),
            (
                format!(r#"{{"errors":[{{"code":"{long}"}}]}}"#),
                format!("{}…", "x".repeat(60)),
            ),
            (r#"{"errors":{"code":"A"}}"#.to_owned(), String::new()),
            (
                r#"{"errors":[7,null,{"code":5}]}"#.to_owned(),
                String::new(),
            ),
            ("<html>".to_owned(), String::new()),
            ("[".repeat(60_000), String::new()),
        ] {
            assert_eq!(reported(body.as_bytes(), &secret), shown);
        }
    }
}
