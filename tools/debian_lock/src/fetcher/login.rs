//! What a login looks like on the wire, and which ways are safe for one.

use std::net::IpAddr;

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

/// Whether a password may go there as the address stands.
pub(super) fn is_safe(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let ip = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    uri.scheme_str() == Some("https")
        || host.eq_ignore_ascii_case("localhost")
        || ip.is_ok_and(|ip| ip.is_loopback())
}

/// `NAME:PASSWORD` of an address, percent-encoded.
pub(super) fn basic_of(user: &str) -> String {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let decode = |text| percent_decode_str(text).decode_utf8_lossy();
    basic(&decode(name), &decode(password))
}

/// RFC 7617.
pub(super) fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}
