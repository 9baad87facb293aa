//! The declared exceptions of an image, each with its reason.
//!
//! An exception that no file needs is a problem as well, so that exceptions are removed together with their cause.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use serde::Deserialize;

use super::pattern;

/// A file of `--declared`: in each section, exceptions and their reasons.
///
/// Keys are patterns: `*` matches any part of a name, `**` any part of a path.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    closure: BTreeMap<String, String>,
    config: BTreeMap<String, String>,
    directories: BTreeMap<String, String>,
    extra_layers: BTreeMap<String, String>,
    generated: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
    modes: BTreeMap<String, String>,
    packages: BTreeMap<String, String>,
    programs: BTreeMap<String, String>,
    scanned: BTreeMap<String, String>,
    type_flips: BTreeMap<String, String>,
    users: BTreeMap<String, String>,
    writable: BTreeMap<String, String>,
}

/// A section of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    /// `PATH needs NAME`, as in the message.
    Closure,
    /// Fields of the configuration that differ in a variant: `config.Env`.
    Config,
    /// Directories whose mode or owner a layer changes; `.` is the root.
    Directories,
    /// Layers that a variant adds to its base image, by the text of their history.
    ExtraLayers,
    /// Files that belong to no package, or differ from their package.
    Generated,
    /// Symbolic links without a target.
    Links,
    /// `PATH MODE`, for example `var/local 2775`.
    Modes,
    /// Packages that only one of two images has.
    Packages,
    /// Shells, package managers and other unwanted programs.
    Programs,
    /// Findings of a scanner that are not packages: the package URL without qualifiers.
    Scanned,
    /// Paths whose type differs from a lower layer.
    TypeFlips,
    /// Users and groups of the configuration that the image does not define, and user databases that not every user may
    /// read.
    Users,
    /// Directories that a program may write to (profile `openshift`).
    Writable,
}

impl Section {
    fn name(self) -> &'static str {
        match self {
            Self::Closure => "closure",
            Self::Config => "config",
            Self::Directories => "directories",
            Self::ExtraLayers => "extra_layers",
            Self::Generated => "generated",
            Self::Links => "links",
            Self::Modes => "modes",
            Self::Packages => "packages",
            Self::Programs => "programs",
            Self::Scanned => "scanned",
            Self::TypeFlips => "type_flips",
            Self::Users => "users",
            Self::Writable => "writable",
        }
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
        for (section, exceptions) in [
            (Section::Closure, file.closure),
            (Section::Config, file.config),
            (Section::Directories, file.directories),
            (Section::ExtraLayers, file.extra_layers),
            (Section::Generated, file.generated),
            (Section::Links, file.links),
            (Section::Modes, file.modes),
            (Section::Packages, file.packages),
            (Section::Programs, file.programs),
            (Section::Users, file.users),
            (Section::Scanned, file.scanned),
            (Section::TypeFlips, file.type_flips),
            (Section::Writable, file.writable),
        ] {
            for (pattern, reason) in exceptions {
                if reason.trim().is_empty() {
                    let place = format!("{} in {}", pattern, path.display());
                    return Err(Error::cannot("use", place, "it has no reason")
                        .hint("say in its value why it is declared"));
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
            format!(
                "nothing needs what is declared in `{}`: `{pattern}`",
                section.name()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(texts: &[&str]) -> Result<Declared> {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..texts.len())
            .map(|at| folder.path().join(format!("{at}.json")))
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
        assert!(declared.allows(Section::Links, "usr/share/doc/libgomp1"));
        assert!(declared.allows(Section::Links, "b"));
        assert!(!declared.allows(Section::Links, "c"));
        assert!(!declared.allows(Section::Modes, "a"));
        let unused: Vec<_> = declared.unused(Section::Links).collect();
        assert_eq!(unused, ["nothing needs what is declared in `links`: `a`"]);
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
            error.ends_with("`: it has no reason\nhint: say in its value why it is declared"),
            "{error}"
        );
    }
}
