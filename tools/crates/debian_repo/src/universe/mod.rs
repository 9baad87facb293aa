//! Every package that one architecture may take, from the `Packages` texts of several sources.
//!
//! A distribution's index is fifty megabytes, of which an image needs a few kilobytes. So the texts are kept as they
//! are, one pass over their lines finds the paragraphs, and a paragraph is read ([`Package`], with all its checks)
//! when somebody asks for its name. What is never asked for is never judged.

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

/// The most bytes of all texts of an architecture: five times those of Debian with its updates, security and backports.
const MAX_TEXTS: usize = 320 << 20;

/// The most packages of an architecture: four times those of Debian with its updates, security and backports. Each
/// takes some 100 bytes besides its text.
const MAX_PARAGRAPHS: usize = 300_000;

/// The most provided names of an architecture, four times Debian's. Each takes some 50 bytes.
const MAX_PROVIDED: usize = 500_000;

/// The most paragraphs that may have one name, or provide it: an archive keeps some hundreds of versions at most, and each
/// is read and compared with others when somebody asks for the name.
const MAX_NAMESAKES: usize = 10_000;

/// The largest paragraph that is read: values of it are copied. Those of Debian have some hundred kilobytes at most.
const MAX_PARAGRAPH: usize = 4 << 20;

/// The most relations, alternatives counted, of all paragraphs that are read: a resolution for an image reads some
/// thousands. Each takes some 200 bytes.
const MAX_RELATIONS: usize = 500_000;

/// The order in which apt prefers equal versions, and what it thinks of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// The source's key in the manifest, for example `bookworm-security`.
    pub name: String,
    /// Its place in the manifest: of equal versions, the one of the lower place is taken.
    pub rank: usize,
    /// apt's pin priority (apt_preferences(5)): 500; 100 for a suite that is `NotAutomatic` and
    /// `ButAutomaticUpgrades`; 1 for one that is `NotAutomatic` only.
    pub priority: i16,
}

/// Which packages of an index count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    Everything,
    /// Those of `Architecture: all`: the index is another architecture's, which vouches for them.
    IndependentOnly,
}

/// The packages on offer for one architecture. See the module.
pub struct Universe {
    architecture: String,
    texts: Vec<Text>,
    paragraphs: Vec<Paragraph>,
    /// Package names → paragraphs.
    own: Names,
    /// Names of paragraphs without an architecture → paragraphs.
    broken: Names,
    /// Provided names → paragraphs.
    provided: Names,
    /// Bytes of all texts.
    size: usize,
    /// Provided names of all texts.
    provided_count: usize,
    /// Relations of the paragraphs that were read.
    relations: AtomicUsize,
}

struct Text {
    source: SourceInfo,
    /// The path of the index below the suite's directory; empty where there is none.
    path: String,
    text: String,
}

/// Where a paragraph lies, and what it says once it has been read.
struct Paragraph {
    text: u32,
    /// Bytes of the text.
    start: u32,
    end: u32,
    /// Bytes of the text: the value of `Package`.
    name: (u32, u32),
    essential: bool,
    broken: bool,
    read: OnceLock<Box<Package>>,
}

impl Universe {
    /// An empty universe. `architecture` is Debian's spelling, for example `arm64`.
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

    /// The architecture whose packages these are.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Adds a plain `Packages` text without a path. See [`Universe::add_index`].
    ///
    /// # Errors
    ///
    /// Fails as [`Universe::add_index`] does.
    pub fn add(&mut self, source: SourceInfo, text: String, scope: Scope) -> Result<()> {
        self.add_index(source, "", text, scope)
    }

    /// Adds an index: a plain `Packages` text, and its path for messages. Texts are added in the order of the manifest.
    /// Only paragraphs for this architecture or for all count.
    ///
    /// # Errors
    ///
    /// Fails where all indexes together have more bytes, packages or provided names than there may be.
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

    /// The version that apt would install: of the highest priority, then the highest version, then of the source
    /// that the manifest names first. None where no source has the package.
    pub fn candidate(&self, name: &str) -> Result<Option<Entry<'_>>> {
        Ok(self.versions(name)?.into_iter().next())
    }

    /// All versions on offer, the candidate first. A version that several sources have alike counts once.
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

    /// Who provides a name, in the order of the texts; each is a version on offer, not always a candidate.
    pub fn providers(&self, name: &str) -> Result<Vec<Entry<'_>>> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        let mut seen = HashSet::new();
        for (count, at) in self.provided.get(name).enumerate() {
            self.check_namesakes(name, count)?;
            // Another name of the same hash: the paragraph itself knows.
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

    /// The candidates that are `Essential: yes` (Policy 3.8), sorted by name.
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

    /// Where the file of a package is below its archive's root, and what it must be.
    pub(crate) fn file(&self, entry: &Entry<'_>) -> Result<(String, Listed)> {
        let file = entry.package.file.judge();
        file.map_err(|malformed| self.located(entry.at, malformed))
    }

    /// The error with the source, the index and its line, the package and the field.
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

    /// Fails where a paragraph of a name is in the texts that no architecture can take.
    pub(crate) fn check_unbroken(&self, name: &str) -> Result<()> {
        let mut broken = self.broken.get(name);
        match broken.find(|at| self.name(*at) == name) {
            Some(at) => self.entry(at).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The architectures for which packages of a name are in the texts, though not for this one.
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

    /// Whether a package of this name, one that provides it or a relation to it is on offer.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.own.get(name).any(|at| self.name(at) == name)
            || self.provided.get(name).next().is_some()
            || self.first_mention(name).is_some()
    }

    /// Two files of one version: whichever is taken, somebody else means the other.
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

/// The line of a paragraph, from 1, in which a field begins; the first where it has none.
fn line_of(paragraph: &str, field: &str) -> usize {
    let begins = |line: &str| {
        let name = line.split_once(':').map(|(name, _)| name);
        name.is_some_and(|name| name.eq_ignore_ascii_case(field))
    };
    1 + paragraph.lines().position(begins).unwrap_or(0)
}

/// apt's order, the preferred first.
fn preferred(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let priorities = b.source.priority.cmp(&a.source.priority);
    let versions = || b.package.version.cmp(&a.package.version);
    let ranks = || (a.source.rank, a.at).cmp(&(b.source.rank, b.at));
    priorities.then_with(versions).then_with(ranks)
}
