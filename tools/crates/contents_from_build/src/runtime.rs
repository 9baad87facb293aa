//! Runtimes that are not Debian packages.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use image_contents::{Contact, Download, Entry, Licenses, Runtime};
use message::escape;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::locks::has_key;

/// The used fields of a lock of runtimes (`docs/reference/formats/runtime_lock.md`).
#[derive(Debug, Deserialize)]
pub(crate) struct RuntimeLock {
    name: String,
    #[serde(default)]
    homepage: Option<String>,
    /// In the form of SPDX: `Organization: OpenJS Foundation`.
    #[serde(default)]
    supplier: Option<String>,
}

impl RuntimeLock {
    /// Whether a lock is one of runtimes, and not one of packages.
    pub(crate) fn is_one(text: &str) -> bool {
        has_key(text, "archives")
    }

    pub(crate) fn parse(file: &str, text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|error| Error::cannot("read lock", file, escape(&error.to_string())))
    }

    fn supplier(&self) -> Option<Contact> {
        let text = self.supplier.as_deref()?;
        let names = ["Organization: ", "Person: "];
        let mut name = names.iter().filter_map(|kind| text.strip_prefix(kind));
        Contact::parse(name.next().unwrap_or(text))
    }
}

/// A runtime from the annotations of its layer, if its lock is unknown.
pub fn runtime_of(facts: &image_facts::Runtime, entries: Vec<Entry>) -> Runtime {
    runtime(facts, &[], entries)
}

/// A runtime from the annotations of its layer. Name, version, hash and URL are in its package URL, the others in its
/// lock.
pub(crate) fn runtime(
    facts: &image_facts::Runtime,
    locks: &[RuntimeLock],
    entries: Vec<Entry>,
) -> Runtime {
    let purl = Purl::parse(&facts.purl);
    let lock = locks.iter().find(|lock| lock.name == purl.name);
    let qualifier = |key: &str| purl.qualifiers.get(key).cloned();
    let sha256 = qualifier("checksum").and_then(|sum| sum.parse::<Digest>().ok());
    let url = qualifier("download_url");
    let is_known = sha256.is_some() || url.is_some();
    Runtime {
        version: purl.version,
        purl: facts.purl.clone(),
        supplier: lock.and_then(RuntimeLock::supplier),
        homepage: lock.and_then(|lock| lock.homepage.clone()),
        download: is_known.then_some(Download {
            sha256,
            size: None,
            url,
            pool_path: None,
            suite: None,
            snapshot: None,
        }),
        licenses: Licenses {
            expression: facts.licenses.clone(),
            ..Licenses::default()
        },
        entries,
        name: purl.name,
    }
}

/// The parts of a [package URL](https://github.com/package-url/purl-spec) that a runtime uses, without escapes.
struct Purl {
    name: String,
    version: String,
    qualifiers: BTreeMap<String, String>,
}

impl Purl {
    fn parse(text: &str) -> Self {
        let text = text.split('#').next().unwrap_or_default();
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let last = path.rsplit('/').next().unwrap_or_default();
        let (name, version) = last.split_once('@').unwrap_or((last, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self {
            name: decode(name),
            version: decode(version),
            qualifiers: pairs
                .map(|(key, value)| (key.to_owned(), decode(value)))
                .collect(),
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURL: &str = "pkg:generic/nodejs@22.1.0?checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855&download_url=https://example.org/a%20b";

    fn facts(purl: &str) -> image_facts::Runtime {
        image_facts::Runtime {
            purl: purl.to_owned(),
            licenses: Some("MIT".to_owned()),
        }
    }

    #[test]
    fn facts_of_purl_and_lock() {
        let text = r#"{"archives": {}, "name": "nodejs", "homepage": "https://nodejs.org/", "supplier": "Organization: OpenJS Foundation"}"#;
        assert!(RuntimeLock::is_one(text));
        assert!(!RuntimeLock::is_one("{\"packages\": {}}"));
        let lock = RuntimeLock::parse("nodejs.lock.json", text).unwrap();
        let node = runtime(&facts(PURL), &[lock], Vec::new());
        assert_eq!((&*node.name, &*node.version), ("nodejs", "22.1.0"));
        assert_eq!(node.supplier.unwrap().name, "OpenJS Foundation");
        assert_eq!(node.homepage.as_deref(), Some("https://nodejs.org/"));
        let download = node.download.unwrap();
        assert_eq!(download.sha256, Some(Digest::of(b"")));
        assert_eq!(download.url.as_deref(), Some("https://example.org/a b"));
        assert_eq!(node.licenses.expression.as_deref(), Some("MIT"));
    }

    #[test]
    fn a_purl_alone() {
        let other = runtime(&facts("pkg:generic/a"), &[], Vec::new());
        assert_eq!((&*other.name, &*other.version), ("a", ""));
        assert_eq!((other.supplier, other.download), (None, None));
    }
}
