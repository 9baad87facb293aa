//! [Package URLs](https://github.com/package-url/purl-spec) in the form that scanners match.
//!
//! Scanners require every qualifier of the document in their own package URL, and they write some of them differently:
//! trivy `distro=debian-12.8`, grype `distro=debian-12`; `repository_url` with and without the name. So the package
//! URLs of a document have no qualifiers.

use blob::Digest;
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

/// The characters that stay: the unreserved ones of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An image or an image index.
pub(crate) fn oci(name: &str, digest: Digest) -> String {
    let version = digest.to_string();
    format!("pkg:oci/{}@{}", encoded(name), encoded(&version))
}

/// A binary package.
pub(crate) fn deb(name: &str, version: &str) -> String {
    format!("pkg:deb/debian/{}@{}", encoded(name), encoded(version))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
