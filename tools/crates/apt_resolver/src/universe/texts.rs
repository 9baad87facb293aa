//! The texts of the indexes, and the paragraphs that were found in them.

use std::sync::atomic::{self, AtomicUsize};
use std::sync::OnceLock;

use apt_archive::{FieldError, FileRecord, Package};
use blob::{Error, Result};
use message::shorten;

use super::entry::Entry;
use super::limits::{MAX_PARAGRAPH, MAX_PARAGRAPHS, MAX_PROVIDED, MAX_RELATIONS, MAX_TEXTS};
use super::names::Names;
use super::scan::{scan, Remaining};
use super::source::{Scope, SourceInfo};

/// The packages that are available for one architecture. The texts stay unparsed
/// until a name is looked up.
pub struct Universe {
    pub(super) architecture: String,
    pub(super) texts: Vec<Text>,
    pub(super) paragraphs: Vec<Paragraph>,
    /// Package name → paragraphs.
    pub(super) own: Names,
    /// Package name → paragraphs without an architecture.
    pub(super) broken: Names,
    /// Provided name → paragraphs.
    pub(super) provided: Names,
    /// The total size of the texts.
    size: usize,
    /// The number of provided names in the texts.
    provided_count: usize,
    /// The number of relations in the parsed paragraphs.
    relations: AtomicUsize,
}

pub(super) struct Text {
    pub(super) source: SourceInfo,
    /// The path of the index below the suite's directory; empty if there is no path.
    path: String,
    pub(super) text: String,
}

/// The position of a paragraph, and its content once it is parsed.
pub(super) struct Paragraph {
    pub(super) text: u32,
    /// Byte offsets in the text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Byte offsets of the value of `Package`.
    name: (u32, u32),
    pub(super) essential: bool,
    pub(super) broken: bool,
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
        let remaining = Remaining {
            paragraphs: MAX_PARAGRAPHS - self.paragraphs.len(),
            provided: MAX_PROVIDED - self.provided_count,
        };
        self.size += text.len();
        let scanned = if self.size > MAX_TEXTS {
            let cause =
                format!("all indexes of an architecture together have more than {MAX_TEXTS} bytes");
            Err(Error::cannot("read", "index", cause))
        } else {
            scan(&text, &self.architecture, scope, remaining)
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
            let names = if found.broken {
                &mut self.broken
            } else {
                &mut self.own
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

    pub(super) fn name(&self, at: u32) -> &str {
        let paragraph = &self.paragraphs[at as usize];
        let (start, end) = paragraph.name;
        &self.texts[paragraph.text as usize].text[start as usize..end as usize]
    }

    pub(super) fn text(&self, paragraph: &Paragraph) -> &str {
        let text = &self.texts[paragraph.text as usize].text;
        &text[paragraph.start as usize..paragraph.end as usize]
    }

    pub(super) fn entry(&self, at: u32) -> Result<Entry<'_>> {
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

    fn read(&self, text: &str) -> std::result::Result<Package, FieldError> {
        let broken = |error| FieldError { field: "", error };
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
            format!("the packages that were parsed have more than {MAX_RELATIONS} relations");
        Err(Error::cannot("read", "relations", cause))
    }

    /// The path of a package file below the repository's root, and its size and checksum.
    ///
    /// # Errors
    ///
    /// Fails if one of them is malformed or missing, or if the path leaves the root.
    pub fn file(&self, entry: &Entry<'_>) -> Result<(String, FileRecord)> {
        let file = entry.package.file.listed();
        file.map_err(|malformed| self.located(entry.at, malformed))
    }

    /// Adds to the error: the source, the index and its line, the package and the field.
    fn located(&self, at: u32, malformed: FieldError) -> Error {
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
}

/// The line of a paragraph, counted from 1, at which a field begins; 1 if there is no such field.
fn line_of(paragraph: &str, field: &str) -> usize {
    let begins = |line: &str| {
        let name = line.split_once(':').map(|(name, _)| name);
        name.is_some_and(|name| name.eq_ignore_ascii_case(field))
    };
    1 + paragraph.lines().position(begins).unwrap_or(0)
}
