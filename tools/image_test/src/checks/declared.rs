//! The declared exceptions of an image, each with its reason.
//!
//! An exception that no file needs is a problem as well, so that exceptions are removed together with their cause.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::pattern;
use super::registry::CHECKS;

/// A section of the file, by its name. Each check defines its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Section(pub(crate) &'static str);

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let mut known: Vec<Self> = sections().collect();
        known.sort();
        let found = known.iter().find(|section| section.0 == name);
        found.copied().ok_or_else(|| {
            let known: Vec<_> = known
                .iter()
                .map(|section| format!("`{}`", section.0))
                .collect();
            let known = known.join(", ");
            D::Error::custom(format!("unknown field `{name}`, expected one of {known}"))
        })
    }
}

/// The sections of all checks.
fn sections() -> impl Iterator<Item = Section> {
    CHECKS.iter().flat_map(|check| check.sections).copied()
}

/// A file of `--declared`: in each section, exceptions and their reasons.
///
/// Keys are patterns: `*` matches any part of a name, `**` any part of a path.
struct File(BTreeMap<Section, BTreeMap<String, String>>);

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Sections;

        impl<'de> Visitor<'de> for Sections {
            type Value = File;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of sections")
            }

            fn visit_map<M: MapAccess<'de>>(
                self,
                mut map: M,
            ) -> std::result::Result<File, M::Error> {
                let mut file = BTreeMap::new();
                while let Some((section, exceptions)) = map.next_entry::<Section, _>()? {
                    if file.insert(section, exceptions).is_some() {
                        let cause = format!("duplicate field `{}`", section.0);
                        return Err(M::Error::custom(cause));
                    }
                }
                Ok(File(file))
            }
        }

        deserializer.deserialize_map(Sections)
    }
}

/// The exceptions of an image, and which of them were needed.
#[derive(Debug, Default)]
pub(crate) struct Declared(BTreeMap<Section, Vec<Exception>>);

#[derive(Debug)]
struct Exception {
    pattern: String,
    used: Cell<bool>,
}

impl Declared {
    /// Reads the files and merges their sections.
    pub(crate) fn read(files: &[PathBuf]) -> Result<Self> {
        let mut declared = Self::default();
        for file in files {
            declared.add(file)?;
        }
        Ok(declared)
    }

    fn add(&mut self, path: &Path) -> Result<()> {
        let bytes = fs::read(path).cannot("read", path.display())?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let read = serde_path_to_error::deserialize::<_, File>(&mut json);
        let file = read.map_err(|error| {
            let place = match error.path().to_string().as_str() {
                "." => String::new(),
                place => format!("at `{place}`: "),
            };
            let cause = format!("{place}{}", error.inner());
            Error::cannot("read", path.display(), cause)
        })?;
        json.end().cannot("read", path.display())?;
        for (section, exceptions) in file.0 {
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
        Declared::read(&files)
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
    fn bad_files() {
        for (text, message) in [
            (
                r#"{"link": {}}"#,
                "at `link`: unknown field `link`, expected one of `closure`, `config`, `directories`, `extra_layers`, `generated`, \
                 `links`, `modes`, `packages`, `programs`, `scanned`, `type_flips`, \
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

    #[test]
    fn names_of_sections_are_unique() {
        let mut names: Vec<_> = sections().collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
