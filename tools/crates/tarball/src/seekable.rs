//! eStargz: gzip with a member for each file, and a table of contents as the last entry (stargz-snapshotter,
//! `docs/estargz.md`). Other readers see a gzip-compressed tar.

use std::io::{self, Write};

use blob::{Blob, Digest, HashingWriter};
use jiff::Timestamp;
use serde_json::{json, Map, Value};

use crate::codec::{Compression, Encoder};
use crate::{header, Entry, EntryPath, Kind, BLOCK};

/// Larger contents are split, so that a reader can fetch a part of them.
const PIECE: usize = 4 * 1024 * 1024;

const TABLE: &[u8] = b"stargz.index.json";

/// Writes the blob of an archive member by member.
pub(crate) struct Seekable<W> {
    output: HashingWriter<W>,
    written: u64,
    encoder: Option<Encoder>,
    member: Vec<u8>,
    entries: Vec<Map<String, Value>>,
    content: Option<Content>,
    table: Option<Table>,
}

/// The file whose content is being written.
struct Content {
    /// The index of the file's entry in the table.
    entry: usize,
    size: u64,
    written: u64,
    whole: HashingWriter<io::Sink>,
    piece: HashingWriter<io::Sink>,
    /// The number of missing bytes of the piece.
    left: usize,
}

/// The table of contents of a blob.
#[derive(Clone, Copy)]
struct Table {
    offset: u64,
    digest: Digest,
}

impl<W: Write> Seekable<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self {
            output: HashingWriter::new(inner),
            written: 0,
            encoder: None,
            member: Vec::new(),
            entries: Vec::new(),
            content: None,
            table: None,
        }
    }

    /// Writes bytes of the archive.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = match &self.content {
                Some(content) => content.left,
                // The table must be one member, because readers decompress only one.
                None if self.table.is_some() => bytes.len(),
                None => PIECE - self.member.len() % PIECE,
            };
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            self.member.extend_from_slice(now);
            match &mut self.content {
                Some(content) => {
                    content.whole.write_all(now)?;
                    content.piece.write_all(now)?;
                    content.left -= now.len();
                    content.written += now.len() as u64;
                    if content.left == 0 {
                        self.end_piece()?;
                    }
                }
                None if self.table.is_none() && self.member.len() >= PIECE => self.close()?,
                None => {}
            }
            bytes = rest;
        }
        Ok(())
    }

    /// Records an entry after its header.
    pub(crate) fn begin(&mut self, entry: &Entry) -> io::Result<()> {
        let mut facts = describe(entry)?;
        if let Kind::File { size: 0 } = entry.kind {
            let digest = Blob::of(b"").digest.to_string();
            facts.insert("digest".into(), digest.into());
        }
        self.entries.push(facts);
        match entry.size() {
            0 => Ok(()),
            size => {
                self.content = Some(Content {
                    entry: self.entries.len() - 1,
                    size,
                    written: 0,
                    whole: HashingWriter::new(io::sink()),
                    piece: HashingWriter::new(io::sink()),
                    left: 0,
                });
                self.begin_piece()
            }
        }
    }

    fn begin_piece(&mut self) -> io::Result<()> {
        self.close()?;
        let (Some(content), Some(facts)) = (&mut self.content, self.entries.last_mut()) else {
            return Ok(());
        };
        let left = content.size - content.written;
        content.left = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        facts.insert("offset".into(), self.written.into());
        if content.written > 0 {
            facts.insert("chunkOffset".into(), content.written.into());
        }
        if content.left == PIECE {
            facts.insert("chunkSize".into(), PIECE.into());
        }
        Ok(())
    }

    /// Ends a piece: records its digest, and after the last piece the digest of the file.
    fn end_piece(&mut self) -> io::Result<()> {
        let Some(mut content) = self.content.take() else {
            return Ok(());
        };
        let piece = std::mem::replace(&mut content.piece, HashingWriter::new(io::sink()));
        if let Some(facts) = self.entries.last_mut() {
            let digest = piece.finish().1.digest.to_string();
            facts.insert("chunkDigest".into(), digest.into());
        }
        if content.written == content.size {
            let digest = content.whole.finish().1.digest.to_string();
            self.entries[content.entry].insert("digest".into(), digest.into());
            return Ok(());
        }
        let name = self.entries[content.entry].get("name").cloned();
        let mut facts = Map::new();
        facts.insert("name".into(), name.unwrap_or_default());
        facts.insert("type".into(), "chunk".into());
        self.entries.push(facts);
        self.content = Some(content);
        self.begin_piece()
    }

    /// Compresses the collected bytes as one member.
    fn close(&mut self) -> io::Result<()> {
        if self.member.is_empty() {
            return Ok(());
        }
        if self.encoder.is_none() {
            self.encoder = Some(Compression::Estargz.encoder()?);
        }
        if let Some(encoder) = &mut self.encoder {
            let bytes = encoder.encode(&self.member)?;
            self.output.write_all(&bytes)?;
            self.written += bytes.len() as u64;
        }
        self.member.clear();
        Ok(())
    }

    /// The table of contents as the last entry of the archive.
    pub(crate) fn table(&mut self) -> io::Result<Vec<u8>> {
        self.close()?;
        let entries = std::mem::take(&mut self.entries);
        let json = serde_json::to_vec(&json!({"entries": entries, "version": 1}))?;
        self.table = Some(Table {
            offset: self.written,
            digest: Blob::of(&json).digest,
        });
        let path = EntryPath::parse(TABLE).map_err(io::Error::other)?;
        let size = json.len() as u64;
        let entry = Entry {
            kind: Kind::File { size },
            mode: 0o444,
            ..Entry::directory(path, 0)
        };
        let (block, _) = header::encode(&entry);
        let mut bytes = block.to_vec();
        bytes.extend_from_slice(&json);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        Ok(bytes)
    }

    /// Writes the rest, and the footer with the position of the table.
    pub(crate) fn finish(mut self) -> io::Result<(HashingWriter<W>, Option<Digest>)> {
        self.close()?;
        if let Some(table) = self.table {
            self.output.write_all(&footer(table.offset))?;
        }
        Ok((self.output, self.table.map(|table| table.digest)))
    }
}

/// The fields of an entry that do not depend on its content.
fn describe(entry: &Entry) -> io::Result<Map<String, Value>> {
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Value::from(text)),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "eStargz cannot hold a name that is not UTF-8",
        )),
    };
    let (kind, link) = match &entry.kind {
        Kind::File { .. } => ("reg", None),
        Kind::Directory => ("dir", None),
        Kind::Symlink { target } => ("symlink", Some(text(target)?)),
        Kind::Hardlink { target } => ("hardlink", Some(text(target.as_bytes())?)),
    };
    let mut name = entry.path.as_bytes().to_vec();
    if entry.path.is_root() {
        name.push(b'.');
    }
    if entry.kind == Kind::Directory {
        name.push(b'/');
    }
    let mut facts = Map::new();
    facts.insert("name".into(), text(&name)?);
    facts.insert("type".into(), kind.into());
    facts.insert("mode".into(), entry.mode.into());
    facts.insert("modtime".into(), time(entry.mtime).into());
    facts.extend(link.map(|link| ("linkName".into(), link)));
    for (key, value) in [
        ("uid", entry.uid),
        ("gid", entry.gid),
        ("size", entry.size()),
    ] {
        // The reference implementation also omits zeros.
        if value != 0 {
            facts.insert(key.into(), value.into());
        }
    }
    Ok(facts)
}

/// RFC 3339 in UTC; times after the year 9999 become the last valid time.
fn time(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An empty gzip member whose extra field has the position of the table's member: 51 bytes.
fn footer(offset: u64) -> Vec<u8> {
    let field = format!("{offset:016x}STARGZ");
    let mut bytes = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x1a\0SG\x16\0".to_vec();
    bytes.extend_from_slice(field.as_bytes());
    // An empty final stored block; then checksum and size, both 0.
    bytes.extend_from_slice(b"\x01\0\0\xff\xff\0\0\0\0\0\0\0\0");
    bytes
}
