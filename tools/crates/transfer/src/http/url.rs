//! URLs of HTTP: parsing, and references to other URLs.

use ureq::http::uri::Authority;
use ureq::http::Uri;

use crate::failure::Failure;

/// Parses an HTTP or HTTPS URL.
pub(super) fn parse(url: &str) -> Result<Uri, Failure> {
    let uri = url.parse::<Uri>().ok();
    let http = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    uri.filter(|uri| http(uri) && uri.host().is_some_and(|host| !host.is_empty()))
        .ok_or_else(Failure::invalid_url)
}

/// The percent-encoded `USER:PASSWORD` of a URL.
pub(super) fn user_info(uri: &Uri) -> Option<&str> {
    let authority = uri.authority().map_or("", Authority::as_str);
    let (user_info, _) = authority.rsplit_once('@')?;
    Some(user_info)
}

/// The URL without `USER:PASSWORD@`.
pub(super) fn without_user_info(uri: &Uri) -> Result<Uri, Failure> {
    match user_info(uri) {
        None => Ok(uri.clone()),
        Some(user_info) => parse(&uri.to_string().replacen(&format!("{user_info}@"), "", 1)),
    }
}

/// Resolves a reference (RFC 3986, section 5.2), in the forms that servers send.
pub fn resolve(base: &Uri, reference: &str) -> Option<String> {
    let reference = reference.split('#').next().unwrap_or_default();
    let scheme = base.scheme_str()?;
    let authority = base.authority()?;
    let path = base.path();
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let head = reference.split(['/', '?']).next().unwrap_or_default();
    Some(match reference {
        "" => return None,
        r if head.contains(':') => r.to_owned(),
        r if r.starts_with("//") => format!("{scheme}:{r}"),
        r if r.starts_with('/') => format!("{scheme}://{authority}{r}"),
        r if r.starts_with('?') => format!("{scheme}://{authority}{path}{r}"),
        r => format!("{scheme}://{authority}{directory}/{r}"),
    })
}

/// Escapes the characters that a URL must not contain, as browsers and curl do: some servers send unescaped names.
pub fn escape(reference: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let mut escaped = String::with_capacity(reference.len());
    for byte in reference.bytes() {
        if plain(byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}
