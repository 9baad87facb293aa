//! URLs that a registry sends: redirects, upload sessions, further pages.

use std::collections::HashSet;

use transfer::http::response::header;
use transfer::http::url::{escape, resolve};
use transfer::Failure;
use ureq::http::header::{LINK, LOCATION};
use ureq::http::Uri;

use super::Response;

/// Whether two URLs have the same scheme, host and port.
pub(crate) fn same_origin(left: &Uri, right: &Uri) -> bool {
    let host = |url: &Uri| url.host().unwrap_or_default().to_ascii_lowercase();
    let port = |url: &Uri| {
        url.port_u16()
            .unwrap_or(if url.scheme_str() == Some("https") {
                443
            } else {
                80
            })
    };
    left.scheme() == right.scheme() && host(left) == host(right) && port(left) == port(right)
}

/// A URL for messages: without the query, which may have a signature.
pub(crate) fn shown(url: &Uri) -> String {
    let (scheme, host) = (url.scheme_str().unwrap_or_default(), url.host());
    let port = url.port_u16().map(|port| format!(":{port}"));
    let (host, port) = (host.unwrap_or_default(), port.unwrap_or_default());
    message::shorten(&format!("{scheme}://{host}{port}{}", url.path()))
}

/// The target of a redirect.
pub(super) fn redirected(url: &Uri, response: &Response) -> Result<Uri, Failure> {
    let text = response.headers().get(&LOCATION);
    let text = text.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let to = follow(url, &text.unwrap_or_default(), "redirect")?;
    if url.scheme_str() == Some("https") && to.scheme_str() != Some("https") {
        let cause = format!("redirect to {}, which is not encrypted", shown(&to));
        return Err(Failure::permanent(cause));
    }
    Ok(to)
}

/// The `Location` of a response: absolute, or relative to the URL of the request.
pub(crate) fn location(url: &Uri, response: &Response) -> Result<Option<Uri>, Failure> {
    let Some(text) = header(response, &LOCATION) else {
        return Ok(None);
    };
    let to = follow(url, text, "`Location`")?;
    if url.scheme_str() != Some("https") || to.scheme_str() == Some("https") {
        return Ok(Some(to));
    }
    // A registry behind a proxy may not know that its clients use TLS.
    let encrypted = Uri::builder()
        .scheme("https")
        .authority(to.authority().map_or("", |authority| authority.as_str()))
        .path_and_query(to.path_and_query().map_or("/", |path| path.as_str()))
        .build();
    match encrypted {
        Ok(encrypted) if same_origin(url, &encrypted) => Ok(Some(encrypted)),
        _ => Err(Failure::permanent(format!(
            "`Location` is {}, which is not encrypted",
            shown(&to)
        ))),
    }
}

fn follow(url: &Uri, text: &str, kind: &str) -> Result<Uri, Failure> {
    let resolved = resolve(url, &escape(text)).and_then(|text| text.parse::<Uri>().ok());
    let http = |to: &Uri| {
        let user = to.authority().is_some_and(|a| a.as_str().contains('@'));
        matches!(to.scheme_str(), Some("http" | "https"))
            && to.host().is_some_and(|host| !host.is_empty())
            && !user
    };
    resolved.filter(http).ok_or_else(|| {
        let text = text.split('?').next().unwrap_or_default();
        let text = message::shorten(&message::redact(text));
        Failure::permanent(format!("{kind} is `{text}`, which is not an HTTP URL"))
    })
}

/// The URL of the next page: `Link: <URL>; rel="next"` ([RFC 8288](https://www.rfc-editor.org/rfc/rfc8288)). It must be
/// on the same host, because it gets the same authorization.
pub(crate) fn next_page(url: &Uri, response: &Response) -> Result<Option<Uri>, Failure> {
    let mut links = response.headers().get_all(&LINK).iter();
    let next = links.find_map(|link| next_link(link.to_str().ok()?));
    let Some(next) = next else { return Ok(None) };
    let next = follow(url, next, "the link to the next page")?;
    if same_origin(url, &next) {
        Ok(Some(next))
    } else {
        let cause = format!("the next page is on another host: {}", shown(&next));
        Err(Failure::permanent(cause))
    }
}

/// The pages of a list.
#[derive(Default)]
pub(crate) struct Pages(HashSet<String>);

impl Pages {
    /// Refuses a page that was read before: the links lead in a circle.
    pub(crate) fn add(&mut self, next: &Uri) -> Result<(), &'static str> {
        if self.0.insert(next.to_string()) {
            return Ok(());
        }
        Err("the link to the next page leads back to an earlier page")
    }
}

/// The URL with the relation `next`.
fn next_link(mut text: &str) -> Option<&str> {
    loop {
        let (_, rest) = text.split_once('<')?;
        let (url, rest) = rest.split_once('>')?;
        let end = rest.find(",").filter(|_| rest.contains('<'));
        let (parameters, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let mut parameters = parameters
            .split(';')
            .filter_map(|p| p.trim().split_once('='));
        let is_next = parameters.any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("rel")
                && value
                    .trim()
                    .trim_matches('"')
                    .split(' ')
                    .any(|word| word.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(url);
        }
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(name: &str, value: &str) -> Response {
        let response = ureq::http::Response::builder().header(name, value);
        response.body(ureq::Body::builder().data("")).unwrap()
    }

    #[test]
    fn locations() {
        let url: Uri = "https://r.example:4/v2/a/blobs/uploads/?mount=x"
            .parse()
            .unwrap();
        for (text, to) in [
            (
                "/v2/a/blobs/uploads/1?s=2",
                Some("https://r.example:4/v2/a/blobs/uploads/1?s=2"),
            ),
            ("2", Some("https://r.example:4/v2/a/blobs/uploads/2")),
            ("?s", Some("https://r.example:4/v2/a/blobs/uploads/?s")),
            ("https://other.example/1", Some("https://other.example/1")),
            ("http://r.example:4/1?s", Some("https://r.example:4/1?s")),
            ("http://other.example/1", None),
            ("http://r.example/1", None),
            ("https://u:p@r.example:4/1", None),
            ("ftp://r.example/", None),
            ("https://", None),
            ("", None),
        ] {
            let found = location(&url, &response("Location", text));
            let found = found.ok().flatten().map(|url| url.to_string());
            assert_eq!(found.as_deref(), to, "{text}");
        }
    }

    #[test]
    fn redirects_keep_the_encryption() {
        let url: Uri = "https://r.example/a?b".parse().unwrap();
        for (text, to) in [
            (
                "https://other.example/x?signature=1",
                Ok("https://other.example/x?signature=1"),
            ),
            ("/x y", Ok("https://r.example/x%20y")),
            (
                "http://r.example/x?signature=secret",
                Err("redirect to http://r.example/x, which is not encrypted"),
            ),
            (
                "file:///etc/passwd?secret",
                Err("redirect is `file:///etc/passwd`, which is not an HTTP URL"),
            ),
            (
                "https://u:p@r.example/",
                Err("redirect is `https://***@r.example/`, which is not an HTTP URL"),
            ),
        ] {
            let found = redirected(&url, &response("Location", text));
            let found = found.map(|url| url.to_string());
            match (found, to) {
                (Err(Failure::Permanent { cause, hint: None }), Err(to)) => assert_eq!(cause, to),
                (found, to) => assert_eq!(found.unwrap(), to.unwrap()),
            }
        }
    }

    #[test]
    fn links() {
        let url: Uri = "http://r.example/v2/a/tags/list".parse().unwrap();
        for (text, to) in [
            (
                r#"</v2/a/tags/list?last=b&n=2>; rel="next""#,
                Some("http://r.example/v2/a/tags/list?last=b&n=2"),
            ),
            (
                "<?last=b>;rel=next",
                Some("http://r.example/v2/a/tags/list?last=b"),
            ),
            (
                r#"</x>; rel="prev", </y>; title="a"; rel="last next""#,
                Some("http://r.example/y"),
            ),
            (r#"</x>; rel="prev""#, None),
            ("</x", None),
            (">", None),
            ("<>; rel=next", None),
            ("<http://other.example/y>; rel=next", None),
        ] {
            let found = next_page(&url, &response("Link", text));
            let found = found.ok().flatten().map(|url| url.to_string());
            assert_eq!(found.as_deref(), to, "{text}");
        }
    }

    #[test]
    fn origins() {
        let same =
            |left: &str, right: &str| same_origin(&left.parse().unwrap(), &right.parse().unwrap());
        assert!(same("https://r.example/a", "https://R.example:443/b"));
        assert!(!same("https://r.example/a", "http://r.example/a"));
        assert!(!same("https://r.example/a", "https://r.example:444/a"));
        assert!(!same("https://r.example/a", "https://r.example.evil/a"));
    }
}
