//! The `Authorization` header, and the URLs to which it may be sent.

use std::net::IpAddr;

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

/// Whether a password may be sent to this URL.
pub fn is_safe(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let ip = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    uri.scheme_str() == Some("https")
        || host.eq_ignore_ascii_case("localhost")
        || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Makes the header from the percent-encoded `NAME:PASSWORD` of a URL.
pub(crate) fn basic_of_url(user: &str) -> String {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let decode = |text| percent_decode_str(text).decode_utf8_lossy();
    basic(&decode(name), &decode(password))
}

/// Basic authentication (RFC 7617).
pub fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}
