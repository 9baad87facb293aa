//! URLs that packages and locks name.

/// The schemes that all formats accept.
const SCHEMES: [&str; 3] = ["http://", "https://", "ftp://"];

/// A URL, if it has the form that all formats accept: absolute, with a domain, and only characters of
/// [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2). Packages have other texts in `Homepage`, which would make
/// a document invalid.
pub(crate) fn valid(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let mut schemes = SCHEMES.iter();
    let rest = schemes.find_map(|scheme| lower.strip_prefix(scheme))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next()?;
    let host = host.split(':').next()?;
    let labels = host.split('.').all(|label| !label.is_empty());
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    (host.contains('.') && labels && text.bytes().all(allowed)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for text in [
            "https://www.gnu.org/software/libidn/#libidn2",
            "HTTP://example.org:80?x",
            "ftp://user@example.org/~a",
        ] {
            assert_eq!(valid(text), Some(text));
        }
        for text in [
            "",
            "www.example.org",
            "none",
            "http://example",
            "http://.org",
            "http://example.org/a b",
            "http://example.org/é",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(valid(text), None, "{text}");
        }
    }
}
