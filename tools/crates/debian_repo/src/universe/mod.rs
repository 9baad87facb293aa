//! Every package that one architecture may take, from the `Packages` texts of several sources.
//!
//! A distribution's index is fifty megabytes, of which an image needs a few kilobytes. So the texts are kept as they
//! are, one pass over their lines finds the paragraphs, and a paragraph is read ([`Package`], with all its checks)
//! when somebody asks for its name. What is never asked for is never judged, but for this, which the pass itself sees:
//! a paragraph has exactly one `Package` field, lines do not end in CR, and no paragraph begins in mid-field.

mod entry;
mod mention;
mod names;
mod scan;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use blob::{Error, Result};

pub use entry::Entry;
pub(crate) use mention::Mention;

use crate::Package;
use message::shorten;
use names::Names;

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
    /// Provided names → paragraphs.
    provided: Names,
}

struct Text {
    source: SourceInfo,
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
            provided: Names::default(),
        }
    }

    /// The architecture whose packages these are.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Adds an index: a plain `Packages` text. Texts are added in the order of the manifest.
    ///
    /// Fails where the text is no list of paragraphs with one `Package` each (Policy 5.1), by line.
    pub fn add(&mut self, source: SourceInfo, text: String, scope: Scope) -> Result<()> {
        let number = self.texts.len() as u32;
        let scanned = scan::scan(&text, scope)
            .map_err(|error| error.within("read packages of", &source.name))?;
        self.paragraphs.reserve(scanned.paragraphs.len());
        self.own.reserve(scanned.paragraphs.len());
        self.provided.reserve(scanned.provided.len());
        let first = self.paragraphs.len() as u32;
        for found in scanned.paragraphs {
            let at = self.paragraphs.len() as u32;
            let (start, end) = found.name;
            self.own.push(&text[start as usize..end as usize], at);
            self.paragraphs.push(Paragraph {
                text: number,
                start: found.start,
                end: found.end,
                name: found.name,
                read: OnceLock::new(),
            });
        }
        for (start, end, paragraph) in scanned.provided {
            let name = &text[start as usize..end as usize];
            self.provided.push(name, first + paragraph);
        }
        self.texts.push(Text { source, text });
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
                entries.push(self.entry(at)?);
            }
        }
        entries.sort_by(preferred);
        let mut versions: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
        for entry in entries {
            let mut kept = versions.iter();
            match kept.find(|kept| kept.package.version == entry.package.version) {
                Some(kept) => self.check_equal(name, kept, &entry)?,
                None => versions.push(entry),
            }
        }
        Ok(versions)
    }

    /// Who provides a name, in the order of the texts; each is a version on offer, not always a candidate.
    pub fn providers(&self, name: &str) -> Result<Vec<Entry<'_>>> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for at in self.provided.get(name) {
            // Another name of the same hash: the paragraph itself knows.
            let entry = self.entry(at)?;
            let provides = &entry.package.provides;
            let provides = provides
                .iter()
                .any(|provided| provided.name.as_str() == name);
            if provides && !entries.iter().any(|other| other.is(&entry)) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// The names of all packages.
    pub fn names(&self) -> BTreeSet<&str> {
        (0..self.paragraphs.len() as u32)
            .map(|at| self.name(at))
            .collect()
    }

    /// The candidates that are `Essential: yes` (Policy 3.8), sorted by name.
    pub fn essential(&self) -> Result<Vec<Entry<'_>>> {
        let mut names = BTreeSet::new();
        for (at, paragraph) in self.paragraphs.iter().enumerate() {
            if memchr::memmem::find(self.text(paragraph).as_bytes(), b"\nEssential: yes").is_some()
            {
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
                let package =
                    package.map_err(|error| error.within("read packages of", &source.name))?;
                paragraph.read.get_or_init(|| Box::new(package))
            }
        };
        Ok(Entry {
            package,
            source,
            at,
        })
    }

    fn read(&self, text: &str) -> Result<Package> {
        let mut paragraphs = deb::paragraphs(text);
        let Some(paragraph) = paragraphs.next() else {
            return Err(Error::cannot("read", "paragraph", "it is empty"));
        };
        let package = Package::read(&paragraph?)?;
        if !package.architecture.is_all() && package.architecture.as_str() != self.architecture {
            let cause = format!(
                "it is of architecture {} in the index of {}",
                package.architecture, self.architecture
            );
            return Err(Error::cannot("use package", package.name, cause));
        }
        Ok(package)
    }

    /// Two files of one version: whichever is taken, somebody else means the other.
    fn check_equal(&self, name: &str, one: &Entry<'_>, other: &Entry<'_>) -> Result<()> {
        if one.package.blob == other.package.blob {
            return Ok(());
        }
        let cause = format!(
            "{} has two different files of version {}: {} in {}, {} in {}",
            self.architecture,
            one.package.version,
            one.package.blob.digest,
            one.source.name,
            other.package.blob.digest,
            other.source.name,
        );
        Err(Error::cannot("choose package", shorten(name), cause))
    }
}

/// apt's order, the preferred first.
fn preferred(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let priorities = b.source.priority.cmp(&a.source.priority);
    let versions = || b.package.version.cmp(&a.package.version);
    let ranks = || (a.source.rank, a.at).cmp(&(b.source.rank, b.at));
    priorities.then_with(versions).then_with(ranks)
}
