use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use blob::{Error, Result};
use tarball::{Entry, Kind, RawEntry, Reader};

use crate::ar::{Archive, Member};
use crate::decompress::{decompressed, Compression};
use crate::limited::Limited;
use crate::owners;
use crate::{paragraphs, Architecture, PackageName, Version};

/// The maximum total size of all control files; the largest files in Debian are `md5sums` of a few MiB.
const MAX_CONTROL: u64 = 32 * 1024 * 1024;

/// The maximum number of files in `control.tar`, and the maximum size of tar headers and padding for each of them. The
/// largest package in Debian has 30 files.
const MAX_CONTROL_FILES: usize = 1000;
const MAX_OVERHEAD: u64 = 8 * 1024;

/// The maximum size of `debian-binary`, which is one short line.
const MAX_FORMAT: u64 = 64;

/// A package whose control files were read and whose data was not.
pub struct Package<R> {
    archive: Archive<R>,
    files: BTreeMap<String, ControlFile>,
    control: Control,
}

/// A file of `control.tar`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlFile {
    /// The permission bits.
    pub mode: u32,
    /// The modification time, in seconds since 1970.
    pub mtime: u64,
    /// The content of the file.
    pub content: Vec<u8>,
}

/// The fields of `control` that identify a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The field `Package`.
    pub name: PackageName,
    /// The field `Version`.
    pub version: Version,
    /// The field `Architecture`.
    pub architecture: Architecture,
}

impl<R: Read> Package<R> {
    /// Opens a package and reads its control files.
    ///
    /// # Errors
    ///
    /// The package is not an ar archive of the right format, its control files are damaged or too large, or a required
    /// field is missing or invalid.
    pub fn open(reader: R) -> Result<Self> {
        let mut archive = Archive::open(reader)?;
        let (member, compression) = open_control(&mut archive)?;
        let decoder = compression.decoder(&mut archive, member.size);
        let files = read_files(decoder).map_err(|error| error.within("read", &member.name))?;
        archive.skip()?;
        let control = read_facts(&files)?;
        Ok(Self {
            archive,
            files,
            control,
        })
    }

    /// The fields that identify the package.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Moves the control files out, by their names: `control`, `md5sums`, `conffiles`, `postinst` …
    pub fn take_control_files(&mut self) -> BTreeMap<String, ControlFile> {
        std::mem::take(&mut self.files)
    }

    /// Calls `visit` for every entry of `data.tar` with its content, then reads the package to its end.
    ///
    /// The data is read as dpkg reads it: owner names of base-passwd take precedence over numbers, the first block of
    /// zeros ends the archive, and bytes after `data.tar` are ignored.
    ///
    /// # Errors
    ///
    /// The archive is damaged or unpacks to too many bytes, an entry is not permitted in a layer, there is a second
    /// `control.tar` or `data.tar`, or `visit` fails.
    pub fn read_data(
        mut self,
        visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let member = next_known(&mut self.archive)?;
        let member = member.ok_or_else(|| missing("data.tar", None))?;
        let compression = compression_of(&member, "data.tar")?;
        let decoder = compression.decoder(&mut self.archive, member.size);
        let decoder = decoder.map_err(|cause| Error::cannot("read", &member.name, cause))?;
        let mut reader = Reader::new(Limited::new(decoder, member.size)).open_ended();
        let within = |error: Error| error.within("read", &member.name);
        while let Some(raw) = reader.next_raw().map_err(within)? {
            let entry = unpacked(raw).map_err(within)?;
            visit(&entry, &mut reader)?;
        }
        drop(reader);
        while let Some(member) = self.archive.next_unread()? {
            if member.name.starts_with("control.tar") || member.name.starts_with("data.tar") {
                let cause = "the package already has one";
                return Err(Error::cannot("read", &member.name, cause));
            }
        }
        Ok(())
    }
}

/// Converts an entry as dpkg unpacks it.
fn unpacked(mut raw: RawEntry) -> Result<Entry> {
    let attribute = raw.attributes.pop();
    owners::resolve(&mut raw);
    let entry = relative(raw).entry()?;
    let Some((name, _)) = attribute else {
        return Ok(entry);
    };
    let name = name.escape_default();
    let cause = format!("it has the extended attribute `{name}`, which dpkg does not unpack");
    let hint =
        "build the package without extended attributes; Debian's set them in maintainer scripts";
    Err(Error::cannot("read entry", &entry.path, cause).hint(hint))
}

/// dpkg and tar remove the slashes before a name: all files of a package are below the root.
fn relative(mut raw: RawEntry) -> RawEntry {
    below_root(&mut raw.name);
    if raw.letter == b'1' {
        below_root(&mut raw.link);
    }
    raw
}

fn below_root(name: &mut Vec<u8>) {
    let slashes = name.iter().take_while(|byte| **byte == b'/').count();
    if slashes > 0 {
        // `/` alone is the root.
        name.splice(..slashes, *b"./");
    }
}

/// Checks the first member, which has the version of the package format.
fn read_format<R: Read>(archive: &mut Archive<R>) -> Result<()> {
    const NAME: &str = "debian-binary";
    let fail = |cause: &str| Error::cannot("read", NAME, cause);
    let member = archive.next_member()?;
    let member = member.ok_or_else(|| missing(NAME, None))?;
    if member.name != NAME {
        return Err(missing(NAME, Some(&member)));
    }
    let mut text = String::new();
    let read = archive.by_ref().take(MAX_FORMAT).read_to_string(&mut text);
    read.map_err(|cause| fail(&cause.to_string()))?;
    match text.lines().next() {
        Some(line) if line.starts_with("2.") && text.contains('\n') => archive.skip(),
        Some(line) => Err(fail(&format!(
            "format `{}` is not 2.x",
            line.escape_default()
        ))),
        None => Err(fail("it is empty")),
    }
}

/// The next member, without those whose names start with `_`, which deb(5) reserves for extensions.
fn next_known<R: Read>(archive: &mut Archive<R>) -> Result<Option<Member>> {
    loop {
        match archive.next_member()? {
            Some(member) if member.name.starts_with('_') => archive.skip()?,
            member => return Ok(member),
        }
    }
}

fn compression_of(member: &Member, expected: &str) -> Result<Compression> {
    let ending = member.name.strip_prefix(expected);
    let ending = ending.ok_or_else(|| missing(expected, Some(member)))?;
    Compression::of(ending).ok_or_else(|| {
        let known = "expected none or one of .gz .xz .zst .bz2 .lzma";
        let cause = format!("the compression `{ending}` is unknown; {known}");
        Error::cannot("read", &member.name, cause)
    })
}

fn missing(expected: &str, found: Option<&Member>) -> Error {
    let cause = match found {
        Some(member) => format!("found `{}` instead", member.name),
        None => "the package does not have it".to_owned(),
    };
    Error::cannot("read", expected, cause)
}

/// The decompressed `control.tar` of a package.
///
/// # Errors
///
/// The package is damaged, or `control.tar` is larger than 32 MiB.
pub fn control_archive(reader: impl Read) -> Result<Vec<u8>> {
    let mut archive = Archive::open(reader)?;
    let (member, compression) = open_control(&mut archive)?;
    let fail = |cause: String| Error::cannot("read", &member.name, cause);
    let decoder = compression.decoder(&mut archive, member.size);
    let decoder = decoder.map_err(|cause| fail(cause.to_string()))?;
    let mut bytes = Vec::new();
    let read = decoder.take(MAX_CONTROL + 1).read_to_end(&mut bytes);
    read.map_err(|cause| fail(cause.to_string()))?;
    if bytes.len() as u64 > MAX_CONTROL {
        Err(fail("it has more than 32 MiB".to_owned()))
    } else {
        Ok(bytes)
    }
}

/// The files of a separate `control.tar` of `size` bytes, compressed or not, by their names.
///
/// # Errors
///
/// The archive is damaged or too large, or a required field of `control` is missing or invalid.
pub fn read_control_archive(
    reader: impl BufRead,
    size: u64,
) -> Result<BTreeMap<String, ControlFile>> {
    let files = read_files(decompressed(reader, size))?;
    read_facts(&files)?;
    Ok(files)
}

/// Opens `control.tar`.
fn open_control<R: Read>(archive: &mut Archive<R>) -> Result<(Member, Compression)> {
    read_format(archive)?;
    let member = next_known(archive)?;
    let member = member.ok_or_else(|| missing("control.tar", None))?;
    let compression = compression_of(&member, "control.tar")?;
    Ok((member, compression))
}

/// Reads the files as tar does, which dpkg runs for them: tar accepts headers that dpkg's reader does not.
fn read_files(decoder: io::Result<impl Read>) -> Result<BTreeMap<String, ControlFile>> {
    let decoder = decoder.map_err(|cause| Error::cannot("read", "its start", cause))?;
    let overhead = MAX_CONTROL_FILES as u64 * MAX_OVERHEAD;
    let mut reader = Reader::lenient(decoder.take(MAX_CONTROL + overhead)).open_ended();
    let mut files: BTreeMap<String, ControlFile> = BTreeMap::new();
    let mut left = MAX_CONTROL;
    while let Some(raw) = reader.next_raw()? {
        let entry = relative(raw).entry()?;
        let fail = |cause: &str| Error::cannot("read entry", &entry.path, cause);
        let linked = match &entry.kind {
            Kind::Directory if entry.path.is_root() => continue,
            Kind::File { .. } => None,
            Kind::Hardlink { target } => Some(
                files
                    .get(&*String::from_utf8_lossy(target.as_bytes()))
                    .ok_or_else(|| fail("it is a hard link to no file before it"))?,
            ),
            _ => return Err(fail("it is not a file")),
        };
        let size = linked.map_or(entry.size(), |file| file.content.len() as u64);
        if size > left {
            return Err(fail("there are more than 32 MiB"));
        }
        let file = match linked {
            Some(file) => file.clone(),
            None => ControlFile {
                mode: entry.mode,
                mtime: entry.mtime,
                content: content(&mut reader, size).map_err(|cause| fail(&cause.to_string()))?,
            },
        };
        left -= size;
        let name = String::from_utf8(entry.path.as_bytes().to_vec());
        let name = name.map_err(|_| fail("its name is not UTF-8"))?;
        if files.len() == MAX_CONTROL_FILES {
            return Err(fail(&format!(
                "there are more than {MAX_CONTROL_FILES} files"
            )));
        }
        if files.insert(name, file).is_some() {
            return Err(fail("it occurs twice"));
        }
    }
    Ok(files)
}

/// The content of an entry; its holes count.
fn content(reader: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    reader.take(size).read_to_end(&mut content)?;
    Ok(content)
}

fn read_facts(files: &BTreeMap<String, ControlFile>) -> Result<Control> {
    let fail = |cause: &str| Error::cannot("read", "control", cause);
    let file = files.get("control");
    let file = file.ok_or_else(|| fail("the package does not have it"))?;
    let text = crate::control_text(file.content.clone());
    parse_facts(&text).map_err(|error| error.within("read", "control"))
}

fn parse_facts(text: &str) -> Result<Control> {
    let mut all = paragraphs(text);
    let paragraph = all.next().transpose()?.unwrap_or_default();
    if all.next().is_some() {
        let cause = "there is a second paragraph";
        return Err(Error::cannot("read field", "Package", cause));
    }
    Ok(Control {
        name: paragraph.require("Package")?.parse()?,
        version: paragraph.require("Version")?.parse()?,
        architecture: paragraph.require("Architecture")?.parse()?,
    })
}
