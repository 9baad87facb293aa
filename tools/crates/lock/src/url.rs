//! The public URL of a package file.

use apt_types::Origin;
use jiff::tz::TimeZone;
use jiff::Timestamp;

use crate::model::{Location, Lock, LockedPackage, LockedSource};

/// Debian's public snapshot archive, which keeps all versions of all packages.
const SNAPSHOT_ARCHIVE: &str = "https://snapshot.debian.org/archive";

/// The characters that a path may contain and a URL may not, as in the Starlark reader. `+` is here because object
/// stores read it as a blank.
const ESCAPED: &str = "% \"#+<>?[\\]^`{|}";

impl Lock {
    /// The URL from which a build downloads the file of a package if no mirror has it: in the snapshot archive, below
    /// the URL of its source, or its own URL. `None` for a file of a directory.
    pub fn url(&self, package: &LockedPackage) -> Option<String> {
        let (key, filename) = match &package.location {
            Location::Source { key, filename } => (key, filename),
            Location::Urls(urls) => return urls.first().cloned(),
        };
        let root = self.root_url(key)?;
        Some(format!("{root}/{}", escaped(filename)))
    }

    /// The URL of the repository of a source, in the snapshot archive if the source is a well-known repository. `None`
    /// for a directory.
    pub fn root_url(&self, key: &str) -> Option<String> {
        let suite = self.sources.get(key).and_then(LockedSource::suite)?;
        Some(match &suite.origin {
            Origin::Url(url) => url.trim_end_matches('/').to_owned(),
            Origin::Archive(archive) => {
                // `NAME@DATE` is an older state of the source.
                let date = key.split_once('@').and_then(|(_, date)| date.parse().ok());
                let time = compact(date.unwrap_or_else(|| self.snapshot()));
                format!("{SNAPSHOT_ARCHIVE}/{archive}/{time}")
            }
        })
    }
}

/// A time as in the URLs of the snapshot archive: `20261121T023456Z`.
fn compact(time: Timestamp) -> String {
    let time = time.to_zoned(TimeZone::UTC);
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for character in path.chars() {
        if ESCAPED.contains(character) {
            text.push_str(&format!("%{:02X}", u32::from(character)));
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"{"architectures": ["amd64"], "distro": "d", "snapshot": "2026-11-21T02:34:56Z", "version": 1,
        "sources": {
            "a": {"archive": "debian", "components": ["main"], "date": "2026-11-21T02:34:56Z", "indexes": {},
                "inrelease_sha256": "HEX", "signed_by": [], "unverified": {}, "valid_until": null},
            "a@2026-01-02T03:04:05Z": {"archive": "debian", "components": ["main"], "date": "2026-01-02T03:04:05Z",
                "indexes": {}, "inrelease_sha256": "HEX", "signed_by": [], "unverified": {}, "valid_until": null},
            "b": {"url": "https://example.org/debs/", "components": ["main"], "date": "2026-01-02T03:04:05Z",
                "indexes": {}, "inrelease_sha256": "HEX", "signed_by": [], "unverified": {}, "valid_until": null},
            "c": {"folder": "debs"}
        },
        "packages": {PACKAGES}}"#;

    #[test]
    fn urls_of_all_kinds_of_sources() {
        let hex = "0".repeat(64);
        let place =
            |key: &str| format!("\"suite\": \"{key}\", \"filename\": \"pool/p_1%3a1+b_all.deb\"");
        for (place, expected) in [
            (place("a"), Some("https://snapshot.debian.org/archive/debian/20261121T023456Z/pool/p_1%253a1%2Bb_all.deb")),
            (place("a@2026-01-02T03:04:05Z"), Some("https://snapshot.debian.org/archive/debian/20260102T030405Z/pool/p_1%253a1%2Bb_all.deb")),
            (place("b"), Some("https://example.org/debs/pool/p_1%253a1%2Bb_all.deb")),
            (place("c"), None),
            ("\"urls\": [\"https://example.org/p.deb\"]".to_owned(), Some("https://example.org/p.deb")),
        ] {
            let package = format!(
                "{{\"p\": {{\"all\": {{\"depends\": [], \"reason\": \"requested\", \"sha256\": \"{hex}\", \
                 \"size\": 1, \"source\": \"p\", \"source_version\": \"1\", \"version\": \"1\", {place}}}}}}}"
            );
            let text = LOCK.replace("HEX", &hex).replace("{PACKAGES}", &package);
            let lock = Lock::parse("lock", &text).unwrap();
            let url = lock.url(&lock.packages["p"]["all"]);
            assert_eq!(url.as_deref(), expected);
        }
    }
}
