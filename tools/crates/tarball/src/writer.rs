use std::io::{self, Read, Write};

use blob::{Error, HashingWriter, Result, ResultExt};
use sha1::{Digest as _, Sha1};

use crate::digests::Digests;
use crate::tree::Tree;
use crate::{header, mtree, pax, Entry, EntryPath, Kind, Sink, BLOCK};

const BUFFER: usize = 128 * 1024;

/// The maximum size of a content list. The list contains every name and link target, so this limits their memory. A
/// list of 300,000 files has 72 MB.
const MAX_LIST: usize = 100 * 1024 * 1024;

/// Writes an archive in its one form, and its content list.
///
/// Missing parent directories are added before an entry, with mode 0755, owner root and the entry's time. An entry for
/// an existing directory with equal values is dropped. Other duplicate paths, entries below a file or a link, and hard
/// links to anything but an earlier file are errors. A hard link gets mode, owner and time of its file.
pub struct Writer<W> {
    inner: W,
    tree: Tree,
    mtree: String,
    buffer: Vec<u8>,
}

/// A finished archive.
pub struct Finished<W> {
    /// The writer of the archive.
    pub inner: W,
    /// The content list, mtree(5), one line for each entry.
    pub mtree: String,
}

impl<W: Sink> Writer<W> {
    /// Starts an archive.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            tree: Tree::default(),
            mtree: String::new(),
            buffer: vec![0; BUFFER],
        }
    }

    /// Adds an entry without content: any type except a file that is not empty.
    ///
    /// # Errors
    ///
    /// As [`Writer::append`].
    pub fn append_empty(&mut self, entry: &Entry) -> Result<()> {
        self.append(entry, &mut std::io::empty())
    }

    /// Adds an entry. The content of a file is read to its end.
    ///
    /// # Errors
    ///
    /// The entry violates a rule of [`Writer`], the content does not have the stated size, a limit is exceeded, or the
    /// archive cannot be written.
    pub fn append(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        self.append_known(entry, None, content)
    }

    /// As [`Writer::append`]. If the digests of the content are given, they are not computed, and the content list states
    /// them: they must come from a content list of the same build.
    ///
    /// # Errors
    ///
    /// As [`Writer::append`].
    pub fn append_known(
        &mut self,
        entry: &Entry,
        known: Option<Digests>,
        content: &mut dyn Read,
    ) -> Result<()> {
        if !self.tree.is_new(entry)? {
            return Ok(());
        }
        if self.mtree.len() > MAX_LIST {
            let cause = format!("the content list of the layer has more than {MAX_LIST} bytes");
            return Err(Error::cannot("add entry", &entry.path, cause));
        }
        for parent in self.tree.missing_parents(entry)? {
            self.write_header(&parent)?;
            mtree::append(&mut self.mtree, &parent.path, &parent, None, None);
            self.tree.place_implied(&parent)?;
        }
        match &entry.kind {
            Kind::Hardlink { target } => {
                let (file, digests) = self.tree.linked(entry, target)?;
                let link = Entry {
                    kind: entry.kind.clone(),
                    ..file.clone()
                };
                self.write_header(&link)?;
                self.keep(&file, Some(digests), Some(target))?;
            }
            kind => {
                self.write_header(entry)?;
                let digests = match kind {
                    Kind::File { size } => Some(self.write_content(entry, *size, known, content)?),
                    _ => None,
                };
                self.keep(entry, digests, None)?;
            }
        }
        Ok(())
    }

    /// The word for the file type that was added at a path: `file`, `directory` or `symbolic link`; a hard link counts
    /// as a file. `None` for parent directories that were added automatically.
    pub fn noun(&self, path: &EntryPath) -> Option<&'static str> {
        self.tree.noun(path)
    }

    /// Whether a hard link has the mode, owners and time of its file; true for all other entries.
    pub fn agrees(&self, entry: &Entry) -> bool {
        self.tree.agrees(entry)
    }

    fn keep(
        &mut self,
        entry: &Entry,
        digests: Option<Digests>,
        target: Option<&EntryPath>,
    ) -> Result<()> {
        mtree::append(&mut self.mtree, &entry.path, entry, digests, target);
        self.tree.place(entry, digests)
    }

    fn write_header(&mut self, entry: &Entry) -> Result<()> {
        let (block, overflow) = header::encode(entry);
        let mut bytes = Vec::new();
        if !overflow.is_empty() {
            let records = pax::encode(&overflow);
            bytes.extend_from_slice(&header::encode_extension(records.len()));
            bytes.extend_from_slice(&records);
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        }
        bytes.extend_from_slice(&block);
        let written = self.inner.write_all(&bytes);
        let written = written.and_then(|()| self.inner.begin(entry));
        written.cannot("write entry", &entry.path)
    }

    fn write_content(
        &mut self,
        entry: &Entry,
        size: u64,
        known: Option<Digests>,
        content: &mut dyn Read,
    ) -> Result<Digests> {
        let mut sha256 = HashingWriter::new(io::sink());
        let mut sha1 = Sha1::new();
        let mut written = 0;
        loop {
            let read = content.read(&mut self.buffer);
            let read = read.cannot("read entry", &entry.path)?;
            if read == 0 {
                break;
            }
            written += read as u64;
            if written > size {
                break;
            }
            let piece = &self.buffer[..read];
            let mut passed = self.inner.write_all(piece);
            if known.is_none() {
                passed = passed.and_then(|()| sha256.write_all(piece));
                sha1.update(piece);
            }
            passed.cannot("write entry", &entry.path)?;
        }
        if written != size {
            let word = if written < size { "fewer" } else { "more" };
            let cause = format!("it has {word} than the {size} bytes stated");
            return Err(Error::cannot("read entry", &entry.path, cause));
        }
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        let zeros = &[0; BLOCK][..padding as usize];
        self.inner
            .write_all(zeros)
            .cannot("write entry", &entry.path)?;
        Ok(known.unwrap_or_else(|| Digests {
            sha256: sha256.finish().1.digest,
            sha1: sha1.finalize().into(),
        }))
    }

    /// Ends the archive with two blocks of zeros, without further padding.
    ///
    /// # Errors
    ///
    /// The archive cannot be written.
    pub fn finish(mut self) -> Result<Finished<W>> {
        let end = self.inner.end();
        let end = end.and_then(|()| self.inner.write_all(&[0; 2 * BLOCK]));
        end.cannot("write entry", "end of the archive")?;
        Ok(Finished {
            inner: self.inner,
            mtree: self.mtree,
        })
    }
}
