//! Reads a document as a stream: source packages that are not selected are skipped without being stored.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use blob::{Blob, Error, HashingReader, Result, ResultExt};
use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::Deserialize;
use serde_path_to_error::Track;

use crate::failure;
use crate::issue::is_name;
use crate::limits::{MAX_ALL_ISSUES, MAX_ISSUES, MAX_SNAPSHOT, MAX_SOURCES};
use crate::snapshot::{Issues, Selection, Snapshot};
use crate::unique::{insert, Unique};

impl Snapshot {
    /// Reads a document of the tracker. `name` is its name in messages, `time` its time.
    ///
    /// Unknown fields are ignored. The content of source packages that are not selected must be JSON, and is not
    /// checked further. A selected source package that the tracker does not list has no issues.
    ///
    /// # Errors
    ///
    /// - The reader fails.
    /// - The document is truncated, is a page for browsers, is not JSON, has more than [`MAX_SNAPSHOT`] bytes or lists no source package. The
    ///   message has line and column.
    /// - A value has another type than expected, or a key occurs twice. The message has the path to the value:
    ///   `openssl/CVE-2024-1234/releases/bookworm/status`.
    pub fn read(
        name: &str,
        reader: impl Read,
        time: Timestamp,
        selection: &Selection,
    ) -> Result<Self> {
        let (sources, document) = read(name, reader, MAX_SNAPSHOT, selection)?;
        Ok(Self {
            document,
            time,
            releases: selection.releases.clone(),
            sources,
        })
    }
}

type Sources = BTreeMap<String, Issues>;

fn read(
    name: &str,
    reader: impl Read,
    limit: u64,
    selection: &Selection,
) -> Result<(Sources, Blob)> {
    let hashing = HashingReader::new(reader.take(limit + 1));
    let mut buffered = BufReader::with_capacity(1 << 16, hashing);
    let is_page = is_page(buffered.fill_buf().cannot("read", name)?);
    if is_page {
        return Err(Error::cannot(
            "read",
            name,
            "it is a page for browsers, not JSON",
        ));
    }
    let sources = parse(name, &mut buffered, selection);
    // The parser stops at its first error; the document may be too large nevertheless.
    let document = buffered.into_inner().finish().cannot("read", name)?;
    if document.size > limit {
        let cause = format!("it is larger than {limit} bytes");
        return Err(Error::cannot("read", name, cause));
    }
    Ok((sources?, document))
}

/// Whether the document is HTML or XML: the page of a proxy, or an error page.
fn is_page(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"<")
}

fn parse(name: &str, reader: &mut impl Read, selection: &Selection) -> Result<Sources> {
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    let sources = match (Selected { selection }).deserialize(tracked) {
        Ok(sources) => sources,
        Err(error) => return Err(failure::located("read", name, &track.path(), &error)),
    };
    deserializer.end().cannot("read", name)?;
    Ok(sources)
}

/// The whole document: an object whose keys are source packages.
struct Selected<'a> {
    selection: &'a Selection,
}

impl<'de> DeserializeSeed<'de> for Selected<'_> {
    type Value = Sources;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> StdResult<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

type StdResult<T, E> = std::result::Result<T, E>;

impl<'de> Visitor<'de> for Selected<'_> {
    type Value = Sources;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with source packages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> StdResult<Self::Value, A::Error> {
        let mut sources = BTreeMap::new();
        let (mut listed, mut kept) = (0, 0);
        while let Some(name) = map.next_key::<String>()? {
            listed += 1;
            if listed > MAX_SOURCES {
                let cause = format!("it has more than {MAX_SOURCES} source packages");
                return Err(A::Error::custom(cause));
            }
            if !self.selection.sources.contains(&name) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let OfSource(mut issues) = map.next_value()?;
            kept += issues.len();
            if kept > MAX_ALL_ISSUES {
                let cause = format!("it has more than {MAX_ALL_ISSUES} selected issues");
                return Err(A::Error::custom(cause));
            }
            for issue in issues.values_mut() {
                let releases = &self.selection.releases;
                issue.releases.retain(|name, _| releases.contains(name));
            }
            insert(&mut sources, name, issues)?;
        }
        if listed == 0 {
            return Err(A::Error::custom("it lists no source package"));
        }
        for name in &self.selection.sources {
            sources.entry(name.clone()).or_default();
        }
        Ok(sources)
    }
}

/// The issues of a source package.
pub(crate) struct OfSource(pub(crate) Issues);

impl<'de> Deserialize<'de> for OfSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> StdResult<Self, D::Error> {
        let issues = Unique::<_, MAX_ISSUES>::deserialize(deserializer)?.0;
        match issues.keys().find(|name: &&String| !is_name(name)) {
            Some(name) => {
                let name: String = name.escape_debug().take(80).collect();
                Err(D::Error::custom(format!(
                    "`{name}` is not the name of an issue"
                )))
            }
            None => Ok(Self(issues)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_document_is_refused() {
        for byte in *b" [x" {
            let selection = Selection::default();
            let error = read("x.json", std::io::repeat(byte), 1 << 20, &selection).unwrap_err();
            assert_eq!(
                error.to_string(),
                "cannot read `x.json`: it is larger than 1048576 bytes"
            );
        }
    }
}
