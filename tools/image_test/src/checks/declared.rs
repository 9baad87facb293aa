//! The declared exceptions of an image, each with its reason.
//!
//! An exception that no file needs is a problem as well, so that exceptions are removed together with their cause.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use blob::{read_regular, Error, Result, ResultExt};
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::{Deserializer as PathDeserializer, Track};

use super::pattern;

/// A section of the file, by its name. Each check defines its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Section(pub(crate) &'static str);

/// In each section, exceptions and their reasons.
///
/// Keys are patterns: `*` matches any part of a name, `**` any part of a path.
type Sections = BTreeMap<Section, BTreeMap<String, String>>;

/// Reads the name of one of these sections, which are sorted.
struct SectionName<'a>(&'a [Section]);

impl<'de> DeserializeSeed<'de> for SectionName<'_> {
    type Value = Section;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Section, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = self.0.iter().find(|section| section.0 == name);
        found.copied().ok_or_else(|| {
            let known = self.0.iter().map(|section| format!("`{}`", section.0));
            let known = known.collect::<Vec<_>>().join(", ");
            D::Error::custom(format!("unknown field `{name}`, expected one of {known}"))
        })
    }
}

/// Reads a file of `--declared` with these sections, which are sorted.
struct SectionsSeed<'a>(&'a [Section]);

impl<'de> DeserializeSeed<'de> for SectionsSeed<'_> {
    type Value = Sections;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Sections, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for SectionsSeed<'_> {
    type Value = Sections;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of sections")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> std::result::Result<Sections, M::Error> {
        let mut sections = Sections::new();
        while let Some(section) = map.next_key_seed(SectionName(self.0))? {
            if sections.insert(section, map.next_value()?).is_some() {
                let cause = format!("duplicate field `{}`", section.0);
                return Err(M::Error::custom(cause));
            }
        }
        Ok(sections)
    }
}

/// The longest file of exceptions.
const MAX_DECLARED: u64 = 16 << 20;

/// The exceptions of an image, and which of them were needed.
#[derive(Debug, Default)]
pub(crate) struct Declared(BTreeMap<Section, Vec<Exception>>);

#[derive(Debug)]
struct Exception {
    pattern: String,
    used: Cell<bool>,
}

impl Declared {
    /// Reads the files and merges their sections. `known` are the names of all sections, sorted.
    pub(crate) fn read(files: &[PathBuf], known: &[Section]) -> Result<Self> {
        let mut declared = Self::default();
        for file in files {
            declared.add(file, known)?;
        }
        Ok(declared)
    }

    fn add(&mut self, path: &Path, known: &[Section]) -> Result<()> {
        let bytes = read_regular(path, MAX_DECLARED).cannot("read", path.display())?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let mut track = Track::new();
        let read = SectionsSeed(known).deserialize(PathDeserializer::new(&mut json, &mut track));
        let sections = read.map_err(|error| {
            let place = match track.path().to_string().as_str() {
                "." => String::new(),
                place => format!("at `{place}`: "),
            };
            Error::cannot("read", path.display(), format!("{place}{error}"))
        })?;
        json.end().cannot("read", path.display())?;
        for (section, exceptions) in sections {
            for (pattern, reason) in exceptions {
                if reason.trim().is_empty() {
                    let place = format!("{} in {}", pattern, path.display());
                    return Err(Error::cannot("use", place, "the reason is missing")
                        .hint("write the reason as its value"));
                }
                self.0.entry(section).or_default().push(Exception {
                    pattern,
                    used: Cell::new(false),
                });
            }
        }
        Ok(())
    }

    /// Whether an exception exists. All matching patterns count as needed.
    pub(crate) fn allows(&self, section: Section, what: &str) -> bool {
        let mut allowed = false;
        for exception in self.of(section) {
            if pattern::fits(&exception.pattern, what) {
                exception.used.set(true);
                allowed = true;
            }
        }
        allowed
    }

    /// The patterns of a section.
    pub(crate) fn patterns(&self, section: Section) -> impl Iterator<Item = &str> {
        let exceptions = self.of(section).iter();
        exceptions.map(|exception| exception.pattern.as_str())
    }

    fn of(&self, section: Section) -> &[Exception] {
        self.0.get(&section).map_or(&[], Vec::as_slice)
    }

    /// A problem for each exception of a section that was not needed so far.
    pub(crate) fn unused(&self, section: Section) -> impl Iterator<Item = String> + '_ {
        let unused = self.of(section).iter().filter(|one| !one.used.get());
        unused.map(move |exception| {
            let Exception { pattern, .. } = exception;
            format!("unused exception in `{}`: `{pattern}`", section.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::registry::sections;
    use std::fs;

    const LINKS: Section = Section("links");
    const MODES: Section = Section("modes");

    fn declared(texts: &[&str]) -> Result<Declared> {
        let directory = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..texts.len())
            .map(|at| directory.path().join(format!("{at}.json")))
            .collect();
        for (file, text) in files.iter().zip(texts) {
            fs::write(file, text).unwrap();
        }
        Declared::read(&files, &sections())
    }

    #[test]
    fn files_add_to_each_other_and_needs_are_counted() {
        let declared = declared(&[
            r#"{"links": {"usr/share/doc/*": "packages that are not there", "a": "x"}}"#,
            r#"{"links": {"b": "y"}, "modes": {"b": "y"}}"#,
        ])
        .unwrap();
        assert!(declared.allows(LINKS, "usr/share/doc/libgomp1"));
        assert!(declared.allows(LINKS, "b"));
        assert!(!declared.allows(LINKS, "c"));
        assert!(!declared.allows(MODES, "a"));
        let unused: Vec<_> = declared.unused(LINKS).collect();
        assert_eq!(unused, ["unused exception in `links`: `a`"]);
    }

    #[test]
    fn an_endless_file_is_refused() {
        let error = Declared::read(&["/dev/zero".into()], &sections()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read `/dev/zero`: it is not a regular file"
        );
    }

    #[test]
    fn bad_files() {
        for (text, message) in [
            (
                r#"{"link": {}}"#,
                "at `link`: unknown field `link`, expected one of `closure`, `config`, `directories`, `extra_layers`, `generated`, \
                 `links`, `modes`, `packages`, `programs`, `scanned`, `secrets`, `type_flips`, \
                 `users`, `writable` at line 1 column 7",
            ),
            (
                r#"{"links": {"a": 1}}"#,
                "at `links.a`: invalid type: integer `1`, expected a string at line 1 column 17",
            ),
            (
                r#"{"links": {}, "links": {}}"#,
                "duplicate field `links` at line 1 column 26",
            ),
            ("{} x", "trailing characters at line 1 column 4"),
        ] {
            let error = declared(&[text]).unwrap_err().to_string();
            let (_, cause) = error.split_once("`: ").unwrap();
            assert_eq!(cause, message);
        }
        let error = declared(&[r#"{"links": {"a": " "}}"#]).unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with("cannot use `a in /"), "{error}");
        assert!(
            error.ends_with("`: the reason is missing\nhint: write the reason as its value"),
            "{error}"
        );
    }
}
