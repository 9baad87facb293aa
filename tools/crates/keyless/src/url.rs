//! The URLs of services.

use blob::{Error, Result};
use transfer::is_safe;
use ureq::http::Uri;

/// Parses the URL of a service, which gets secrets: it must be HTTPS, or HTTP on this machine.
pub(crate) fn service(url: &str) -> Result<Uri> {
    let cannot = |cause| Error::cannot("use service", message::redact(&shown(url)), cause);
    let invalid = || cannot("invalid URL").hint("write `https://HOST` or `https://HOST/PATH`");
    let parsed: Uri = url.parse().map_err(|_| invalid())?;
    let authority = parsed
        .authority()
        .map_or("", |authority| authority.as_str());
    let is_http = matches!(parsed.scheme_str(), Some("http" | "https"));
    if !is_http || parsed.host().is_none_or(str::is_empty) {
        return Err(invalid());
    }
    if authority.contains('@') || parsed.query().is_some() {
        return Err(cannot("its URL has a password or a query").hint("write `https://HOST/PATH`"));
    }
    if !is_safe(&parsed) {
        return Err(
            cannot("the identity token would be sent without encryption").hint("use https"),
        );
    }
    Ok(parsed)
}

/// The URL of an operation: the path is added to the URL of the service.
pub(crate) fn operation(service: &Uri, path: &str) -> String {
    format!("{}{path}", service.to_string().trim_end_matches('/'))
}

/// A URL for messages: without the query, and shortened.
fn shown(url: &str) -> String {
    let url: String = url.chars().take(200).flat_map(char::escape_debug).collect();
    url.split('?').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for (url, expected) in [
            ("https://f.example", Ok("https://f.example/x")),
            ("https://f.example/", Ok("https://f.example/x")),
            ("https://f.example:1/a/", Ok("https://f.example:1/a/x")),
            ("http://127.0.0.1:5/a", Ok("http://127.0.0.1:5/a/x")),
            (
                "http://f.example",
                Err("cannot use service `http://f.example`: the identity token would be sent without encryption\nhint: use https"),
            ),
            (
                "https://u:p@f.example",
                Err("cannot use service `https://***@f.example`: its URL has a password or a query\nhint: write `https://HOST/PATH`"),
            ),
            (
                "https://f.example/?token=secret",
                Err("cannot use service `https://f.example/`: its URL has a password or a query\nhint: write `https://HOST/PATH`"),
            ),
            (
                "f.example",
                Err("cannot use service `f.example`: invalid URL\nhint: write `https://HOST` or `https://HOST/PATH`"),
            ),
            (
                "file:///a",
                Err("cannot use service `file:///a`: invalid URL\nhint: write `https://HOST` or `https://HOST/PATH`"),
            ),
        ] {
            let found = service(url).map(|url| operation(&url, "/x"));
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found.as_deref().map_err(String::as_str), expected);
        }
    }
}
