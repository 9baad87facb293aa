//! The entries of `index.json`.

use blob::{Error, Result, ResultExt};
use oci::Descriptor;
use serde_json::{json, Value};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The name of an entry in a layout
/// (<https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys>).
pub(crate) const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// containerd's annotation of the full image name.
const IMAGE_NAME: &str = "io.containerd.image.name";

/// A descriptor with a name in the layout and, for engines, the full name of the image.
pub(crate) fn named(descriptor: &Descriptor, name: &str, full: Option<&str>) -> Descriptor {
    let mut named = descriptor.clone();
    let mut annotations = named.annotations().clone().unwrap_or_default();
    annotations.insert(REF_NAME.to_owned(), name.to_owned());
    if let Some(full) = full {
        annotations.insert(IMAGE_NAME.to_owned(), full.to_owned());
    }
    named.set_annotations(Some(annotations));
    named
}

/// The content of an `index.json` with these entries.
pub(crate) fn index_of(entries: Vec<Descriptor>) -> Result<Vec<u8>> {
    oci::canonical_json(&json!({
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": entries,
    }))
}

/// An `index.json`. Fields of other programs are kept.
pub(super) struct Entries(Value);

impl Entries {
    /// Parses the file.
    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
        // This also limits the number of values.
        oci::read_index(name, bytes)?;
        let list: Value = serde_json::from_slice(bytes).cannot("read", name)?;
        if list.get("manifests").is_some_and(Value::is_array) {
            return Ok(Self(list));
        }
        Err(Error::cannot("read", name, "it has no list `manifests`"))
    }

    /// A file without entries.
    pub(super) fn empty() -> Self {
        Self(json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}))
    }

    /// The digest of the entry with a name.
    pub(super) fn digest_of(&self, name: &str) -> Option<&str> {
        let entry = self.list().find(|entry| name_of(entry) == Some(name))?;
        entry.get("digest")?.as_str()
    }

    /// Adds an entry. An entry with the same name is replaced. An entry without a name is added only if the digest is not in
    /// the list. Returns whether the list changed.
    pub(super) fn add(&mut self, descriptor: &Descriptor) -> Result<bool> {
        let entry = serde_json::to_value(descriptor).cannot("write", "index.json")?;
        let name = name_of(&entry).map(str::to_owned);
        let is_there = match &name {
            Some(_) => self.list().any(|other| *other == entry),
            None => self
                .list()
                .any(|other| other.get("digest") == entry.get("digest")),
        };
        let list = self.0.get_mut("manifests").and_then(Value::as_array_mut);
        let Some(list) = list.filter(|_| !is_there) else {
            return Ok(false);
        };
        if name.is_some() {
            list.retain(|other| name_of(other) != name.as_deref());
        }
        list.push(entry);
        Ok(true)
    }

    /// The content of the file.
    pub(super) fn bytes(&self) -> Result<Vec<u8>> {
        oci::canonical_json(&self.0)
    }

    fn list(&self) -> impl Iterator<Item = &Value> {
        let list = self.0.get("manifests").and_then(Value::as_array);
        list.into_iter().flatten()
    }
}

fn name_of(entry: &Value) -> Option<&str> {
    entry.get("annotations")?.get(REF_NAME)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptor(digit: char) -> Descriptor {
        let digest = format!("sha256:{}", digit.to_string().repeat(64));
        let text = format!(r#"{{"mediaType":"a/b","digest":"{digest}","size":1}}"#);
        oci::read_descriptor("d", text.as_bytes()).unwrap()
    }

    #[test]
    fn a_name_has_one_entry_and_other_fields_are_kept() {
        let text = br#"{"schemaVersion":2,"manifests":[],"future":{"x":1}}"#;
        let mut entries = Entries::parse("index.json", text).unwrap();
        assert!(entries.add(&named(&descriptor('a'), "x", None)).unwrap());
        assert!(!entries.add(&named(&descriptor('a'), "x", None)).unwrap());
        assert!(entries.add(&named(&descriptor('b'), "x", None)).unwrap());
        assert!(!entries.add(&descriptor('b')).unwrap());
        assert!(entries.add(&descriptor('c')).unwrap());
        assert_eq!(entries.digest_of("y"), None);
        let digest = format!("sha256:{}", "b".repeat(64));
        assert_eq!(entries.digest_of("x"), Some(digest.as_str()));
        let text = String::from_utf8(entries.bytes().unwrap()).unwrap();
        assert!(
            text.starts_with(r#"{"future":{"x":1},"manifests":["#),
            "{text}"
        );
        assert_eq!(text.matches("sha256:").count(), 2);
    }

    #[test]
    fn a_file_of_another_format_is_refused() {
        let error = Entries::parse("index.json", b"[]").err().unwrap();
        assert!(error.to_string().starts_with("cannot read `index.json`: "));
    }
}
