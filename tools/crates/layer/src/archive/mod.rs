//! Files of release archives that upstream projects publish, for software that Debian does not package.

mod members;

use std::fs::File;
use std::path::PathBuf;

use blob::{Digest, Error, HashingReader, Result, ResultExt};
use tarball::{Entry, EntryPath, Kind};

use crate::LayerWriter;
use members::{Hashed, Members};

/// A release archive, a `.tar.gz` with one top-level directory, and the files to take from it.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The path of the archive.
    pub path: PathBuf,
    /// The name in messages.
    pub shown: String,
    /// The digest that the archive must have.
    pub sha256: Option<Digest>,
    /// The files to take from it.
    pub files: Vec<ArchiveFile>,
    /// The mode of all files.
    pub mode: u32,
    /// The modification time of all files, in seconds since 1970.
    pub mtime: u64,
}

/// One file of an archive.
#[derive(Clone, Debug)]
pub struct ArchiveFile {
    /// The path below the archive's top-level directory.
    from: EntryPath,
    /// The path in the layer.
    to: EntryPath,
    /// The digest that the file must have.
    pub sha256: Option<Digest>,
}

/// Writes some files of an archive as a layer. The files are owned by root and sorted by their paths in the layer;
/// order, modes, times and top-level directory of the archive have no influence. So two archives with the same files
/// make the same layer.
///
/// If the archive has the files in another order, it is read several times, so that memory use does not depend on the
/// archive.
///
/// # Errors
///
/// The archive or a file of it does not have the expected digest, a file is missing or is not a regular file, or the
/// archive is damaged.
pub fn archive(archive: &Archive, layer: &mut LayerWriter) -> Result<()> {
    let within = |error: Error| error.within("extract", &archive.shown);
    let mut files: Vec<_> = archive.files.iter().collect();
    files.sort_by(|a, b| a.to.cmp(&b.to));
    let (mut hashed, size) = archive.open()?;
    let members = Members::new(&mut hashed, size);
    let result = check_and_write(archive, &files, members, layer);
    if let Some(expected) = archive.sha256 {
        // If the digest is wrong, report only that, not other problems of the archive.
        let found = hashed.finish().cannot("read", &archive.shown)?.digest;
        if found != expected {
            return Err(
                Error::cannot("extract", &archive.shown, wrong(found, expected))
                    .hint("fetch it again; if the publisher replaced it, find out why before you lock it again"),
            );
        }
    }
    let mut written = result.map_err(within)?;
    while written < files.len() {
        let more = write_again(archive, &files[written..], layer);
        written += more.map_err(within)?;
    }
    Ok(())
}

impl ArchiveFile {
    /// A file without an expected digest; both paths are relative.
    ///
    /// # Errors
    ///
    /// A path is invalid.
    pub fn new(from: &str, to: &str) -> Result<Self> {
        let (from, to) = (file_path(from)?, file_path(to)?);
        let sha256 = None;
        Ok(Self { from, to, sha256 })
    }

    /// Whether the file has this path in the archive.
    pub fn is_from(&self, path: &str) -> bool {
        self.from.as_bytes() == path.as_bytes()
    }
}

fn file_path(text: &str) -> Result<EntryPath> {
    let path = EntryPath::parse(text.as_bytes())
        .map_err(|why| Error::cannot("take", text, format!("its {why}")))?;
    if path.is_root() {
        Err(Error::cannot("take", text, "it is not a file"))
    } else {
        Ok(path)
    }
}

impl Archive {
    /// Opens the file; also returns its size.
    fn open(&self) -> Result<(Hashed, u64)> {
        let file = File::open(&self.path).cannot("read", &self.shown)?;
        let size = file.metadata().cannot("read", &self.shown)?.len();
        Ok((HashingReader::new(file), size))
    }
}

/// The first pass: reads the whole archive, and writes the files that are in the layer's order. Returns their number.
fn check_and_write(
    archive: &Archive,
    files: &[&ArchiveFile],
    mut members: Members,
    layer: &mut LayerWriter,
) -> Result<usize> {
    let mut met = vec![false; files.len()];
    let mut written = 0;
    while let Some((path, entry)) = members.next()? {
        for (file, met) in files.iter().zip(&mut met) {
            if file.from == path {
                check_member(&path, &entry, *met)?;
                *met = true;
            }
        }
        if let Some(file) = due(files, written, &path) {
            write_file(archive, file, &entry, &mut members, layer)?;
            written += 1;
        }
    }
    let missing = files.iter().zip(met).filter(|(_, met)| !met);
    let missing: Vec<_> = missing.map(|(file, _)| file.from.to_string()).collect();
    if missing.is_empty() {
        Ok(written)
    } else {
        Err(Error::cannot(
            "take",
            missing.join("`, `"),
            "the archive has no such file",
        ))
    }
}

/// A later pass over the archive, whose digest the first pass checked.
fn write_again(
    archive: &Archive,
    files: &[&ArchiveFile],
    layer: &mut LayerWriter,
) -> Result<usize> {
    let (mut hashed, size) = archive.open()?;
    let mut members = Members::new(&mut hashed, size);
    let mut written = 0;
    while let Some((path, entry)) = members.next()? {
        if let Some(file) = due(files, written, &path) {
            write_file(archive, file, &entry, &mut members, layer)?;
            written += 1;
            if written == files.len() {
                break;
            }
        }
    }
    match written {
        0 => Err(Error::cannot(
            "take",
            &files[0].from,
            "the archive changed while it was read",
        )),
        _ => Ok(written),
    }
}

/// The next file to write, if it has this path.
fn due<'a>(files: &[&'a ArchiveFile], written: usize, path: &EntryPath) -> Option<&'a ArchiveFile> {
    files
        .get(written)
        .copied()
        .filter(|file| file.from == *path)
}

fn check_member(path: &EntryPath, entry: &Entry, met: bool) -> Result<()> {
    let cause = match entry.kind {
        Kind::File { .. } if met => "the archive contains it twice".to_owned(),
        Kind::File { .. } => return Ok(()),
        _ => format!("it is a {}, not a file", entry.kind.noun()),
    };
    Err(Error::cannot("take", path, cause))
}

fn write_file(
    archive: &Archive,
    file: &ArchiveFile,
    entry: &Entry,
    members: &mut Members,
    layer: &mut LayerWriter,
) -> Result<()> {
    if let Some(name) = members.attribute() {
        let cause = format!(
            "it has the extended attribute `{}`, which a layer does not keep",
            name.escape_default()
        );
        return Err(Error::cannot("take", &file.from, cause));
    }
    let mut content = HashingReader::new(members.content());
    let placed = Entry {
        path: file.to.clone(),
        kind: entry.kind.clone(),
        mode: archive.mode,
        uid: 0,
        gid: 0,
        mtime: archive.mtime,
    };
    layer.append(&placed, &mut content)?;
    let found = content.finish().cannot("take", &file.from)?.digest;
    match file.sha256 {
        Some(expected) if expected != found => {
            let hint = "every source of a release must have the same files; compare this archive with the official one";
            Err(Error::cannot("take", &file.from, wrong(found, expected)).hint(hint))
        }
        _ => Ok(()),
    }
}

fn wrong(found: Digest, expected: Digest) -> String {
    format!("its digest is {found}, expected {expected}")
}
