//! The texts of the indexes, and the paragraphs that were found in them.

use std::borrow::Cow;
use std::sync::atomic::{self, AtomicUsize};
use std::sync::OnceLock;

use apt_archive::{DerivedBlocks, FieldError, FileRecord, Package};
use blob::{Error, Result};
use message::shorten;

use super::content::{BlockText, Content};
use super::entry::Entry;
use super::limits::{MAX_PARAGRAPH, MAX_PARAGRAPHS, MAX_PROVIDED, MAX_RELATIONS, MAX_TEXTS};
use super::scan::{scan, ParagraphSpan, Remaining};
use super::source::{Scope, SourceInfo};
use super::table::{Kind, NameHash, Table};

/// The packages that are available for one architecture. The texts stay unparsed
/// until a name is looked up.
pub struct Universe {
    pub(super) architecture: String,
    pub(super) texts: Vec<Text>,
    /// The content of each paragraph, once it is parsed.
    packages: Vec<OnceLock<Box<Package>>>,
    /// The total size of the texts.
    size: usize,
    /// The number of provided names in the texts.
    provided_count: usize,
    /// The number of relations in the parsed paragraphs.
    relations: AtomicUsize,
}

/// The number of blocks that are searched at once.
const GROUP: usize = 8;

pub(super) struct Text {
    source: SourceInfo,
    /// The path of the index below the suite's directory; empty if there is no path.
    path: String,
    pub(super) content: Content,
    /// The number of its first paragraph in the universe.
    pub(super) first: u32,
}

impl Text {
    /// The number of paragraphs.
    pub(super) fn len(&self) -> usize {
        self.content.table().len()
    }

    /// A paragraph, by its number in this text.
    pub(super) fn span(&self, number: u32) -> ParagraphSpan {
        self.content.table().span(number)
    }

    /// The places of paragraphs that follow each other: a whole text is one, a text in blocks has one for each few blocks, so
    /// that who finds something early need not read the rest.
    pub(super) fn groups(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let least = match &self.content {
            Content::Whole(..) => u32::MAX,
            Content::Blocks(_) => {
                let size = self.content.table().block_size;
                u32::try_from(GROUP * size).unwrap_or(u32::MAX)
            }
        };
        let mut next = 0;
        std::iter::from_fn(move || {
            let count = self.len() as u32;
            let start = (next < count).then(|| self.span(next).start)?;
            let mut end = start;
            while next < count && end - start < least {
                end = self.span(next).end;
                next += 1;
            }
            Some((start, end))
        })
    }
}

impl Universe {
    /// Creates an empty universe. `architecture` is Debian's name, for example `arm64`.
    pub fn new(architecture: &str) -> Self {
        Self {
            architecture: architecture.to_owned(),
            texts: Vec::new(),
            packages: Vec::new(),
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
        let table = self.scan(&source, &text, scope, 0)?;
        self.push(source, path, Content::Whole(text, table));
        Ok(())
    }

    /// As [`Universe::add_index`]. Also returns what was found in the text as bytes, for [`Universe::add_stored`]; `None` if
    /// it cannot be stored. `block_size` is that of the blocks in which the text is stored, in bytes.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Universe::add_index`].
    pub fn add_index_to_store(
        &mut self,
        source: SourceInfo,
        path: &str,
        text: String,
        scope: Scope,
        block_size: usize,
    ) -> Result<Option<Vec<u8>>> {
        let table = self.scan(&source, &text, scope, block_size)?;
        let bytes = (block_size > 0).then(|| table.bytes().to_vec());
        self.push(source, path, Content::Whole(text, table));
        Ok(bytes)
    }

    /// Adds an index of which an earlier run stored the text in blocks, and what it found in it for the same architecture and
    /// scope. Nothing is verified against the Release, so the caller must trust both. Returns false, and adds nothing, if
    /// they are not what was stored or exceed a limit. Blocks are read when they are needed: see [`Universe::is_intact`].
    pub fn add_stored(
        &mut self,
        source: SourceInfo,
        path: &str,
        table: Vec<u8>,
        blocks: Box<dyn DerivedBlocks>,
    ) -> bool {
        let Some(text) = Table::read(table).and_then(|table| BlockText::new(table, blocks)) else {
            return false;
        };
        let content = Content::Blocks(text);
        let table = content.table();
        let (size, count, provided) = (table.text_size, table.len(), table.provided());
        if self.size + size > MAX_TEXTS
            || self.packages.len() + count > MAX_PARAGRAPHS
            || self.provided_count + provided > MAX_PROVIDED
        {
            return false;
        }
        self.size += size;
        self.provided_count += provided;
        self.push(source, path, content);
        true
    }

    /// Whether each block of a stored text was the one that was stored, as far as blocks were read. Otherwise no answer of
    /// this universe can be used.
    pub fn is_intact(&self) -> bool {
        self.texts.iter().all(|text| text.content.is_intact())
    }

    /// What was found in a text that is stored in blocks of a size in bytes; 0 if it is not stored.
    fn scan(
        &mut self,
        source: &SourceInfo,
        text: &str,
        scope: Scope,
        block_size: usize,
    ) -> Result<Table> {
        let remaining = Remaining {
            paragraphs: MAX_PARAGRAPHS - self.packages.len(),
            provided: MAX_PROVIDED - self.provided_count,
        };
        self.size += text.len();
        let found = if self.size > MAX_TEXTS {
            let cause =
                format!("all indexes of an architecture together have more than {MAX_TEXTS} bytes");
            Err(Error::cannot("read", "index", cause))
        } else {
            scan(text, &self.architecture, scope, remaining)
        };
        let table = found.and_then(|found| Table::of(text, block_size, &found));
        let table = table.map_err(|error| error.within("read packages of", &source.name))?;
        self.provided_count += table.provided();
        Ok(table)
    }

    fn push(&mut self, source: SourceInfo, path: &str, content: Content) {
        let text = Text {
            source,
            path: path.to_owned(),
            content,
            first: self.packages.len() as u32,
        };
        let count = self.packages.len() + text.len();
        self.packages.resize_with(count, OnceLock::new);
        self.texts.push(text);
    }

    /// The paragraphs of all names of a kind that have the hash of this name, in the order of the texts.
    pub(super) fn find(&self, kind: Kind, name: &str) -> impl Iterator<Item = u32> + '_ {
        let hash = NameHash::of(name);
        let texts = self.texts.iter();
        texts.flat_map(move |text| {
            let numbers = text.content.table().find(kind, hash);
            numbers.map(|number| text.first + number)
        })
    }

    /// The number of all paragraphs.
    pub(super) fn count(&self) -> u32 {
        self.packages.len() as u32
    }

    /// The text of a paragraph, and its position there.
    pub(super) fn place(&self, at: u32) -> (&Text, ParagraphSpan) {
        let next = self.texts.partition_point(|text| text.first <= at);
        let text = &self.texts[next - 1];
        (text, text.span(at - text.first))
    }

    pub(super) fn name(&self, at: u32) -> Cow<'_, str> {
        let (text, span) = self.place(at);
        text.content.part(span.name.0, span.name.1)
    }

    pub(super) fn text(&self, at: u32) -> Cow<'_, str> {
        let (text, span) = self.place(at);
        text.content.part(span.start, span.end)
    }

    pub(super) fn entry(&self, at: u32) -> Result<Entry<'_>> {
        let source = &self.place(at).0.source;
        let slot = &self.packages[at as usize];
        let package = match slot.get() {
            Some(package) => package,
            None => {
                let package = self.read(&self.text(at));
                let package = package.map_err(|malformed| self.located(at, malformed))?;
                slot.get_or_init(|| Box::new(package))
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
        self.count_relations(Package::relations(&paragraph))
            .map_err(broken)?;
        Package::read(&paragraph)
    }

    fn count_relations(&self, relations: usize) -> Result<()> {
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
        let (text, span) = self.place(at);
        let within = line_of(&self.text(at), malformed.field);
        let whole = text.content.whole().as_bytes();
        let before = whole.get(..span.start as usize).unwrap_or_default();
        let line = within + memchr::memchr_iter(b'\n', before).count();
        let path = if text.path.is_empty() {
            "its index"
        } else {
            &text.path
        };
        let error = malformed
            .error
            .within("read package", shorten(&self.name(at)));
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
