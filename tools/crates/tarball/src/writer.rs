use std::io::{Read, Write};

use blob::{Digest, Error, HashingWriter, Result, ResultExt};

use crate::tree::Tree;
use crate::{header, mtree, pax, Entry, EntryPath, Kind, Sink, BLOCK};

const BUFFER: usize = 128 * 1024;

/// Bytes of a content list. It has every name and every target, so that this bounds what they take in memory, however long
/// they are. A list of 300,000 files has 57 MB.
const MAX_LIST: usize = 80 * 1024 * 1024;

/// Writes an archive in its one form, and its content list with it.
///
/// Folders that are missing above an entry come before it, as 0755, owned by root, with the entry's time. A folder that
/// is there already with the same facts is dropped. Every other repetition is an error, as are entries below a file or
/// a link, and hard links to anything but an earlier file. A hard link gets the mode, owners and time of its file.
pub struct Writer<W> {
    inner: W,
    tree: Tree,
    mtree: String,
    buffer: Vec<u8>,
}

/// A finished archive.
pub struct Finished<W> {
    /// Where it was written to.
    pub inner: W,
    /// Its content list, mtree(5), one line an entry.
    pub mtree: String,
}

impl<W: Sink> Writer<W> {
    /// Begins an archive.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            tree: Tree::default(),
            mtree: String::new(),
            buffer: vec![0; BUFFER],
        }
    }

    /// Adds an entry without content: anything but a file with bytes.
    pub fn append_empty(&mut self, entry: &Entry) -> Result<()> {
        self.append(entry, &mut std::io::empty())
    }

    /// Adds an entry; a file's content is read to its end and must have the size that the entry states.
    pub fn append(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
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
                let (file, digest) = self.tree.linked(entry, target)?;
                let link = Entry {
                    kind: entry.kind.clone(),
                    ..file.clone()
                };
                self.write_header(&link)?;
                self.keep(&file, Some(digest), Some(target))?;
            }
            kind => {
                self.write_header(entry)?;
                let digest = match kind {
                    Kind::File { size } => Some(self.write_content(entry, *size, content)?),
                    _ => None,
                };
                self.keep(entry, digest, None)?;
            }
        }
        Ok(())
    }

    /// The word for what was added at a path: `file`, `directory` or `symbolic link`; a hard link is a file. A parent that was
    /// missing does not count.
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
        digest: Option<Digest>,
        target: Option<&EntryPath>,
    ) -> Result<()> {
        mtree::append(&mut self.mtree, &entry.path, entry, digest, target);
        self.tree.place(entry, digest)
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
        content: &mut dyn Read,
    ) -> Result<Digest> {
        let mut hashed = HashingWriter::new(&mut self.inner);
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
            hashed.write_all(piece).cannot("write entry", &entry.path)?;
        }
        if written != size {
            let word = if written < size { "fewer" } else { "more" };
            let cause = format!("it has {word} than the {size} bytes stated");
            return Err(Error::cannot("read entry", &entry.path, cause));
        }
        let (_, blob) = hashed.finish();
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        let zeros = &[0; BLOCK][..padding as usize];
        self.inner
            .write_all(zeros)
            .cannot("write entry", &entry.path)?;
        Ok(blob.digest)
    }

    /// Ends the archive with two blocks of zeros. There is no further padding.
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
