//! The packages that are available for one architecture, from the `Packages` texts of several sources.
//!
//! The index of a distribution has fifty megabytes, of which an image needs a few kilobytes. So the texts stay unparsed
//! in memory, one pass over their lines finds the paragraphs, and a paragraph is parsed ([`Package`], with all its
//! checks) only when its name is looked up. Errors in other paragraphs have no effect.

mod entry;
mod mention;
mod names;
mod scan;

use std::cmp::Ordering;
use std::collections::btree_map::{BTreeMap, Entry as Slot};
use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{self, AtomicUsize};
use std::sync::OnceLock;

use blob::{Error, Result};
use deb::Version;

pub use entry::Entry;
pub(crate) use mention::Mention;

use crate::archive::checksum::Listed;
use crate::package::Malformed;
use crate::Package;
use message::shorten;
use names::Names;
use scan::Room;

/// The largest total size of an architecture's texts: five times that of Debian with updates, security and backports.
const MAX_TEXTS: usize = 320 << 20;

/// The largest number of packages of an architecture: four times that of Debian with updates, security and backports.
/// Each takes some 100 bytes in addition to its text.
const MAX_PARAGRAPHS: usize = 300_000;

/// The largest number of provided names of an architecture: four times Debian's. Each takes some 50 bytes.
const MAX_PROVIDED: usize = 500_000;

/// The largest number of paragraphs that have or provide one name. A repository keeps some hundreds of versions at
/// most, and each of them is parsed and compared when the name is looked up.
const MAX_NAMESAKES: usize = 10_000;

/// The largest paragraph that is parsed, because values are copied. Debian's have some hundred kilobytes at most.
const MAX_PARAGRAPH: usize = 4 << 20;

/// The largest number of relations, alternatives included, in all parsed paragraphs. A resolution for an image parses
/// some thousands. Each takes some 200 bytes.
const MAX_RELATIONS: usize = 500_000;

/// A source, and apt's preference for its packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// The key of the source in the manifest, for example `bookworm-security`.
    pub name: String,
    /// The position in the manifest. Of equal versions, the one with the lower rank is preferred.
    pub rank: usize,
    /// apt's pin priority (apt_preferences(5)): 500; 100 for a suite with `NotAutomatic` and `ButAutomaticUpgrades`; 1
    /// for a suite with only `NotAutomatic`.
    pub priority: i16,
}

/// The packages of an index that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All packages.
    Everything,
    /// Only those of `Architecture: all`: the index belongs to another architecture.
    IndependentOnly,
}

/// The packages that are available for one architecture. See the module documentation.
pub struct Universe {
    architecture: String,
    texts: Vec<Text>,
    paragraphs: Vec<Paragraph>,
    /// Package name → paragraphs.
    own: Names,
    /// Package name → paragraphs without an architecture.
    broken: Names,
    /// Provided name → paragraphs.
    provided: Names,
    /// The total size of the texts.
    size: usize,
    /// The number of provided names in the texts.
    provided_count: usize,
    /// The number of relations in the parsed paragraphs.
    relations: AtomicUsize,
}

struct Text {
    source: SourceInfo,
    /// The path of the index below the suite's directory; empty if there is no path.
    path: String,
    text: String,
}

/// The position of a paragraph, and its content once it is parsed.
struct Paragraph {
    text: u32,
    /// Byte offsets in the text.
    start: u32,
    end: u32,
    /// Byte offsets of the value of `Package`.
    name: (u32, u32),
    essential: bool,
    broken: bool,
    read: OnceLock<Box<Package>>,
}

impl Universe {
    /// Creates an empty universe. `architecture` is Debian's name, for example `arm64`.
    pub fn new(architecture: &str) -> Self {
        Self {
            architecture: architecture.to_owned(),
            texts: Vec::new(),
            paragraphs: Vec::new(),
            own: Names::default(),
            broken: Names::default(),
            provided: Names::default(),
            size: 0,
            provided_count: 0,
            relations: AtomicUsize::new(0),
        }
    }

    /// The architecture of the packages.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Adds a plain `Packages` text without a path. See [`Universe::add_index`].
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Universe::add_index`].
    pub fn add(&mut self, source: SourceInfo, text: String, scope: Scope) -> Result<()> {
        self.add_index(source, "", text, scope)
    }

    /// Adds an index: a plain `Packages` text, and its path for messages. Texts are added in the order of the manifest.
    /// Only paragraphs for this architecture or for `all` are used.
    ///
    /// # Errors
    ///
    /// Fails if all indexes together exceed the limit of bytes, packages or provided names.
    pub fn add_index(
        &mut self,
        source: SourceInfo,
        path: &str,
        text: String,
        scope: Scope,
    ) -> Result<()> {
        let number = self.texts.len() as u32;
        let room = Room {
            paragraphs: MAX_PARAGRAPHS - self.paragraphs.len(),
            provided: MAX_PROVIDED - self.provided_count,
        };
        self.size += text.len();
        let scanned = match self.size > MAX_TEXTS {
            false => scan::scan(&text, &self.architecture, scope, room),
            true => {
                let cause = format!(
                    "all indexes of an architecture together have more than {MAX_TEXTS} bytes"
                );
                Err(Error::cannot("read", "index", cause))
            }
        };
        let scanned = scanned.map_err(|error| error.within("read packages of", &source.name))?;
        self.provided_count += scanned.provided.len();
        self.paragraphs.reserve(scanned.paragraphs.len());
        self.own.reserve(scanned.paragraphs.len());
        self.provided.reserve(scanned.provided.len());
        let first = self.paragraphs.len() as u32;
        for found in scanned.paragraphs {
            let at = self.paragraphs.len() as u32;
            let (start, end) = found.name;
            let names = match found.broken {
                true => &mut self.broken,
                false => &mut self.own,
            };
            names.push(&text[start as usize..end as usize], at);
            self.paragraphs.push(Paragraph {
                text: number,
                start: found.start,
                end: found.end,
                name: found.name,
                essential: found.essential,
                broken: found.broken,
                read: OnceLock::new(),
            });
        }
        for (start, end, paragraph) in scanned.provided {
            let name = &text[start as usize..end as usize];
            self.provided.push(name, first + paragraph);
        }
        self.texts.push(Text {
            source,
            path: path.to_owned(),
            text,
        });
        Ok(())
    }

    /// The version that apt would install: of the highest priority, then the highest version, then of the source that
    /// the manifest names first. `None` if no source has the package.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Universe::versions`].
    pub fn candidate(&self, name: &str) -> Result<Option<Entry<'_>>> {
        Ok(self.versions(name)?.into_iter().next())
    }

    /// All available versions, the candidate first. A version that several sources have in the same file occurs once.
    ///
    /// # Errors
    ///
    /// Fails if a paragraph with this name is malformed, if there are too many, or if two sources have different files
    /// of one version.
    pub fn versions(&self, name: &str) -> Result<Vec<Entry<'_>>> {
        let mut entries = Vec::new();
        for at in self.own.get(name) {
            if self.name(at) == name {
                self.check_namesakes(name, entries.len())?;
                entries.push(self.entry(at)?);
            }
        }
        entries.sort_by(preferred);
        let mut kept: BTreeMap<&Version, Entry<'_>> = BTreeMap::new();
        let mut versions: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
        for entry in entries {
            match kept.entry(&entry.package.version) {
                Slot::Occupied(kept) => self.check_equal(name, kept.get(), &entry)?,
                Slot::Vacant(slot) => {
                    slot.insert(entry);
                    versions.push(entry);
                }
            }
        }
        Ok(versions)
    }

    fn check_namesakes(&self, name: &str, count: usize) -> Result<()> {
        if count < MAX_NAMESAKES {
            return Ok(());
        }
        let cause = format!("more than {MAX_NAMESAKES} packages have or provide the name");
        Err(Error::cannot("read packages", shorten(name), cause))
    }

    /// The packages that provide a name, in the order of the texts. Not each of them is a candidate.
    ///
    /// # Errors
    ///
    /// Fails if a paragraph that may provide the name is malformed, or if there are too many.
    pub fn providers(&self, name: &str) -> Result<Vec<Entry<'_>>> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        let mut seen = HashSet::new();
        for (count, at) in self.provided.get(name).enumerate() {
            self.check_namesakes(name, count)?;
            // Another name may have the same hash, so the paragraph is checked.
            let entry = self.entry(at)?;
            let provides = &entry.package.provides;
            let provides = provides
                .iter()
                .any(|provided| provided.name.as_str() == name);
            let package = entry.package;
            let file = (
                &package.name,
                package.version.as_str(),
                package.file.digest(),
            );
            if provides && seen.insert(file) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// The names of all packages.
    pub fn names(&self) -> BTreeSet<&str> {
        let whole = |at: &u32| !self.paragraphs[*at as usize].broken;
        (0..self.paragraphs.len() as u32)
            .filter(whole)
            .map(|at| self.name(at))
            .collect()
    }

    /// The candidates that are `Essential: yes` (Policy 3.8), sorted by package name.
    ///
    /// # Errors
    ///
    /// Fails if [`Universe::candidate`] fails for one of them.
    pub fn essential(&self) -> Result<Vec<Entry<'_>>> {
        let mut names = BTreeSet::new();
        for (at, paragraph) in self.paragraphs.iter().enumerate() {
            if paragraph.essential {
                names.insert(self.name(at as u32));
            }
        }
        let candidates = names.into_iter().map(|name| self.candidate(name));
        let candidates: Vec<Option<Entry<'_>>> = candidates.collect::<Result<_>>()?;
        let candidates = candidates.into_iter().flatten();
        Ok(candidates.filter(|entry| entry.package.essential).collect())
    }

    fn name(&self, at: u32) -> &str {
        let paragraph = &self.paragraphs[at as usize];
        let (start, end) = paragraph.name;
        &self.texts[paragraph.text as usize].text[start as usize..end as usize]
    }

    fn text(&self, paragraph: &Paragraph) -> &str {
        let text = &self.texts[paragraph.text as usize].text;
        &text[paragraph.start as usize..paragraph.end as usize]
    }

    fn entry(&self, at: u32) -> Result<Entry<'_>> {
        let paragraph = &self.paragraphs[at as usize];
        let source = &self.texts[paragraph.text as usize].source;
        let package = match paragraph.read.get() {
            Some(package) => package,
            None => {
                let package = self.read(self.text(paragraph));
                let package = package.map_err(|malformed| self.located(at, malformed))?;
                paragraph.read.get_or_init(|| Box::new(package))
            }
        };
        Ok(Entry {
            package,
            source,
            at,
        })
    }

    fn read(&self, text: &str) -> std::result::Result<Package, Malformed> {
        let broken = |error| Malformed { field: "", error };
        if text.len() > MAX_PARAGRAPH {
            let cause = format!("it has more than {MAX_PARAGRAPH} bytes");
            return Err(broken(Error::cannot("read", "paragraph", cause)));
        }
        let paragraph = deb::index_paragraphs(text).next().transpose();
        let paragraph = paragraph.map_err(broken)?.unwrap_or_default();
        self.count(Package::relations(&paragraph)).map_err(broken)?;
        Package::read(&paragraph)
    }

    fn count(&self, relations: usize) -> Result<()> {
        let before = self
            .relations
            .fetch_add(relations, atomic::Ordering::Relaxed);
        if before.saturating_add(relations) <= MAX_RELATIONS {
            return Ok(());
        }
        let cause =
            format!("the packages that were looked at state more than {MAX_RELATIONS} relations");
        Err(Error::cannot("read", "relations", cause))
    }

    /// The path of a package file below the repository's root, and its size and checksum.
    pub(crate) fn file(&self, entry: &Entry<'_>) -> Result<(String, Listed)> {
        let file = entry.package.file.judge();
        file.map_err(|malformed| self.located(entry.at, malformed))
    }

    /// Adds to the error: the source, the index and its line, the package and the field.
    fn located(&self, at: u32, malformed: Malformed) -> Error {
        let paragraph = &self.paragraphs[at as usize];
        let text = &self.texts[paragraph.text as usize];
        let within = line_of(self.text(paragraph), malformed.field);
        let before = &text.text.as_bytes()[..paragraph.start as usize];
        let line = within + memchr::memchr_iter(b'\n', before).count();
        let path = if text.path.is_empty() {
            "its index"
        } else {
            &text.path
        };
        let error = malformed
            .error
            .within("read package", shorten(self.name(at)));
        let error = error.within("read", format_args!("line {line} of {path}"));
        error.within("read packages of", &text.source.name)
    }

    /// Fails if the texts have a paragraph with this name that has no architecture.
    pub(crate) fn check_unbroken(&self, name: &str) -> Result<()> {
        let mut broken = self.broken.get(name);
        match broken.find(|at| self.name(*at) == name) {
            Some(at) => self.entry(at).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The other architectures for which the texts have a package with this name.
    pub(crate) fn elsewhere(&self, name: &str) -> BTreeSet<String> {
        let texts = self.texts.iter();
        let paragraphs = texts.flat_map(|text| deb::index_paragraphs(&text.text));
        let named = paragraphs
            .filter_map(Result::ok)
            .filter(|paragraph| paragraph.get("Package") == Some(name));
        let architectures =
            named.filter_map(|paragraph| paragraph.get("Architecture").map(shorten));
        architectures
            .filter(|other| *other != self.architecture && other != "all")
            .collect()
    }

    /// Whether the texts have a package with this name, one that provides it or a relation to it.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.own.get(name).any(|at| self.name(at) == name)
            || self.provided.get(name).next().is_some()
            || self.first_mention(name).is_some()
    }

    /// Fails if one version has two different files: each choice would be wrong for some users.
    fn check_equal(&self, name: &str, one: &Entry<'_>, other: &Entry<'_>) -> Result<()> {
        if !one.package.file.differs(&other.package.file) {
            return Ok(());
        }
        let cause = format!(
            "{} has two different files of version {}: {} in {}, {} in {}",
            self.architecture,
            one.package.version,
            one.package.file.digest(),
            one.source.name,
            other.package.file.digest(),
            other.source.name,
        );
        Err(Error::cannot("choose package", shorten(name), cause))
    }
}

/// The line of a paragraph, counted from 1, at which a field begins; 1 if there is no such field.
fn line_of(paragraph: &str, field: &str) -> usize {
    let begins = |line: &str| {
        let name = line.split_once(':').map(|(name, _)| name);
        name.is_some_and(|name| name.eq_ignore_ascii_case(field))
    };
    1 + paragraph.lines().position(begins).unwrap_or(0)
}

/// apt's order of preference.
fn preferred(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let priorities = b.source.priority.cmp(&a.source.priority);
    let versions = || b.package.version.cmp(&a.package.version);
    let ranks = || (a.source.rank, a.at).cmp(&(b.source.rank, b.at));
    priorities.then_with(versions).then_with(ranks)
}
