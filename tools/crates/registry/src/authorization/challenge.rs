//! The header `WWW-Authenticate` ([RFC 9110, section 11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)).

use ureq::http::header::WWW_AUTHENTICATE;

use crate::http::Response;

/// Scopes of a challenge that are read.
const MAX_SCOPES: usize = 16;

/// Challenges of a response that are read.
const MAX_CHALLENGES: usize = 16;

/// How a registry wants requests to be authorized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Not at all, or by a scheme that is not supported.
    None,
    /// By user and password.
    Basic,
    /// By a token of a token service.
    Bearer(Bearer),
}

/// A token service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bearer {
    /// Its URL, not checked.
    pub(crate) realm: String,
    pub(crate) service: Option<String>,
    /// The scopes that the request lacked.
    pub(crate) scopes: Vec<String>,
}

impl Challenge {
    /// The challenge of a response. A token is preferred to a password.
    pub(crate) fn of(response: &Response) -> Self {
        let headers = response.headers().get_all(&WWW_AUTHENTICATE).iter();
        let texts = headers.filter_map(|value| value.to_str().ok());
        Self::best(texts.flat_map(challenges).take(MAX_CHALLENGES))
    }

    fn best(all: impl Iterator<Item = (String, Vec<(String, String)>)>) -> Self {
        let mut best = Self::None;
        for (scheme, parameters) in all {
            let value = |wanted: &str| {
                let mut all = parameters.iter();
                let found = all.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.clone())
            };
            let realm = value("realm").filter(|_| scheme.eq_ignore_ascii_case("bearer"));
            if let Some(realm) = realm {
                let scope = value("scope").unwrap_or_default();
                let scopes = scope.split(' ').filter(|scope| is_scope(scope));
                return Self::Bearer(Bearer {
                    realm,
                    service: value("service"),
                    scopes: scopes.take(MAX_SCOPES).map(str::to_owned).collect(),
                });
            }
            if scheme.eq_ignore_ascii_case("basic") {
                best = Self::Basic;
            }
        }
        best
    }
}

fn is_scope(text: &str) -> bool {
    (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The schemes of a header, each with its parameters. A text that does not follow the grammar ends the list.
fn challenges(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut all: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            return all;
        }
        let value = after.trim_start().strip_prefix('=');
        match (value, all.last_mut()) {
            (Some(value), Some((_, parameters))) => {
                let Some((value, after)) = parameter(value.trim_start()) else {
                    return all;
                };
                parameters.push((word.to_owned(), value));
                rest = after;
            }
            (Some(_), None) => return all,
            (None, _) => {
                all.push((word.to_owned(), Vec::new()));
                rest = after;
            }
        }
    }
}

/// A value, with or without quotes, and the text after it.
fn parameter(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ']).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    loop {
        match chars.next()? {
            (at, '"') => return Some((value, &quoted[at + 1..])),
            (_, '\\') => value.push(chars.next()?.1),
            (_, other) => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Challenge {
        Challenge::best(challenges(text).into_iter())
    }

    fn bearer(realm: &str, service: Option<&str>, scopes: &[&str]) -> Challenge {
        Challenge::Bearer(Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        })
    }

    #[test]
    fn headers() {
        let long = format!(r#"Bearer realm="r",scope="{}""#, "s ".repeat(10_000));
        for (text, challenge) in [
            (r#"Basic realm="Registry""#, Challenge::Basic),
            ("basic", Challenge::Basic),
            (
                r#"Bearer realm="https://a.example/token",service="r.example",scope="repository:a/b:pull,push repository:c:pull""#,
                bearer(
                    "https://a.example/token",
                    Some("r.example"),
                    &["repository:a/b:pull,push", "repository:c:pull"],
                ),
            ),
            (
                r#"bearer  realm = "a\"b" , Service=s"#,
                bearer("a\"b", Some("s"), &[]),
            ),
            (
                r#"Basic realm="x", Bearer realm="r""#,
                bearer("r", None, &[]),
            ),
            (r#"Negotiate, Basic realm="x""#, Challenge::Basic),
            ("Bearer", Challenge::None),
            (r#"Bearer service="x""#, Challenge::None),
            (r#"Bearer realm="open"#, Challenge::None),
            (r#"realm="x""#, Challenge::None),
            ("", Challenge::None),
            ("=,=,", Challenge::None),
            (&long, bearer("r", None, &["s"; 16])),
        ] {
            assert_eq!(parse(text), challenge, "{text}");
        }
    }
}
