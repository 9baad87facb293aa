use blob::{Error, Result};

use crate::header::Header;
use crate::path::printable;
use crate::pax::Records;
use crate::sparse::Described;
use crate::{Entry, EntryPath, Kind, MAX_NAME};

/// The maximum size of a file. Larger sizes in a header are treated as damage.
pub(crate) const MAX_SIZE: u64 = 1 << 36;

/// One entry as the archive contains it, with the values of preceding PAX and GNU records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEntry {
    /// The name, which may be absolute, contain `..` or be empty.
    pub name: Vec<u8>,
    /// The target of a link; usually empty for other types.
    pub link: Vec<u8>,
    /// The type flag: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` named pipe. A
    /// lenient reader converts older flags of files and directories to `0` and `5`.
    pub letter: u8,
    /// Permission bits including set-user-ID, set-group-ID and sticky bit: at most `0o7777`.
    pub mode: u32,
    /// User ID of the owner.
    pub uid: u64,
    /// Group ID.
    pub gid: u64,
    /// User name of the owner; may be empty.
    pub uname: Vec<u8>,
    /// Group name; may be empty.
    pub gname: Vec<u8>,
    /// Modification time in seconds since 1970.
    pub mtime: u64,
    /// Size of the content in bytes, including holes.
    pub size: u64,
    /// Major and minor number of a device, 0 for other types.
    pub device: (u32, u32),
    /// Extended attributes, in the order of the archive.
    pub attributes: Vec<(String, Vec<u8>)>,
}

/// Values from the records before an entry's own header.
#[derive(Default)]
pub(crate) struct Extensions {
    pub(crate) long_name: Option<Vec<u8>>,
    pub(crate) long_link: Option<Vec<u8>>,
    pub(crate) records: Option<Records>,
}

impl Extensions {
    pub(crate) fn is_empty(&self) -> bool {
        self.long_name.is_none() && self.long_link.is_none() && self.records.is_none()
    }
}

impl RawEntry {
    /// The entry of a header, and its records of holes. `size` is the stored size of the content.
    pub(crate) fn new(
        header: &Header,
        extensions: Extensions,
        forgiving: bool,
    ) -> Result<(Self, Option<Described>)> {
        let mut records = extensions.records.unwrap_or_default();
        let holes = records.sparse.as_mut();
        let real_name = holes.and_then(|holes| holes.name.take());
        let two_names = records.path.is_some() && extensions.long_name.is_some();
        let two_links = records.linkpath.is_some() && extensions.long_link.is_some();
        // GNU's form has priority over POSIX's, as in Go's reader, which engines use.
        let filled = |name: Option<Vec<u8>>| name.filter(|name| !name.is_empty());
        let name = real_name.or(filled(extensions.long_name));
        let name = name.or(records.path).unwrap_or_else(|| header.name());
        let fail = |cause: String| Error::cannot("read entry", printable(&name), cause);
        if (two_names || two_links) && !forgiving {
            let cause = "it has a long name in GNU's form and in that of POSIX";
            return Err(fail(cause.to_owned()));
        }
        let link = filled(extensions.long_link).or(records.linkpath);
        let size = records.size.map_or_else(|| header.size(), Ok);
        let number = |record: Option<u64>, field| record.map_or(field, Ok).map_err(fail);
        let (uname, gname) = header.owner_names();
        let mut raw = Self {
            link: link.unwrap_or_else(|| header.link()),
            letter: header.kind(),
            mode: header.mode().map_err(fail)?,
            uid: number(records.uid, header.uid())?,
            gid: number(records.gid, header.gid())?,
            uname: records.uname.unwrap_or(uname),
            gname: records.gname.unwrap_or(gname),
            mtime: if forgiving {
                number(records.mtime, header.lenient_mtime())?
            } else {
                number(records.mtime, header.mtime())?
            },
            size: size.map_err(fail)?,
            device: (0, 0),
            attributes: records.attributes,
            name: Vec::new(),
        };
        if forgiving {
            raw.modernise(header, &name).map_err(fail)?;
        }
        raw.name = name;
        Ok((raw, records.sparse))
    }

    /// Converts older and alternative forms to one form, as Go's reader and GNU tar do.
    fn modernise(&mut self, header: &Header, name: &[u8]) -> std::result::Result<(), String> {
        match self.letter {
            0 if name.ends_with(b"/") => self.letter = b'5',
            0 | b'7' => self.letter = b'0',
            b'3' | b'4' => self.device = header.device()?,
            _ => {}
        }
        match self.letter {
            // These types have no content, even if their headers state a size.
            b'1'..=b'6' => self.size = 0,
            _ if self.size > MAX_SIZE => {
                return Err(format!("its size of {} bytes is absurd", self.size));
            }
            _ => {}
        }
        Ok(())
    }

    /// Converts the entry to one that a layer may contain. Does not check extended attributes.
    ///
    /// # Errors
    ///
    /// The name is invalid, or the type is not permitted in a layer.
    pub fn entry(self) -> Result<Entry> {
        let name = &self.name;
        let fail = |cause: String| Error::cannot("read entry", printable(name), cause);
        let path = EntryPath::parse(name).map_err(|why| fail(format!("its {why}")))?;
        let kind = kind(self.letter, name, self.size, self.link).map_err(fail)?;
        if path.is_root() && kind != Kind::Directory {
            return Err(fail(format!("the root directory is a {}", kind.noun())));
        }
        Ok(Entry {
            kind,
            mode: self.mode,
            uid: self.uid,
            gid: self.gid,
            mtime: self.mtime,
            path,
        })
    }
}

/// Checks the target of a symbolic link: the reader must be able to read any target that the writer accepts. The error
/// is a cause.
pub(crate) fn check_target(target: &[u8]) -> std::result::Result<(), &'static str> {
    match target {
        [] => Err("its target is empty"),
        _ if target.len() > MAX_NAME => Err("its target is too long"),
        _ if target.contains(&0) => Err("its target contains a NUL byte"),
        _ => Ok(()),
    }
}

/// The type of a type flag. The error is a cause.
fn kind(letter: u8, name: &[u8], size: u64, link: Vec<u8>) -> std::result::Result<Kind, String> {
    let kind = match letter {
        // Before POSIX, a directory was a file whose name ends with a slash.
        0 if name.ends_with(b"/") => Kind::Directory,
        0 | b'0' | b'7' => Kind::File { size },
        b'1' => Kind::Hardlink {
            target: EntryPath::parse(&link).map_err(|why| format!("its target's {why}"))?,
        },
        b'2' => {
            check_target(&link)?;
            Kind::Symlink { target: link }
        }
        b'5' => Kind::Directory,
        b'3' => return Err("it is a character device".to_owned()),
        b'4' => return Err("it is a block device".to_owned()),
        b'6' => return Err("it is a named pipe".to_owned()),
        b'S' => return Err("it is a sparse file".to_owned()),
        other => {
            let letter = printable(&[other]);
            return Err(format!("tar entries of type `{letter}` are not supported"));
        }
    };
    match kind {
        Kind::File { size } if size > MAX_SIZE => {
            Err(format!("its size of {size} bytes is absurd"))
        }
        Kind::Symlink { .. } | Kind::Hardlink { .. } | Kind::Directory if size != 0 => {
            Err(format!("it is a {} with content", kind.noun()))
        }
        Kind::Directory => Ok(kind),
        _ if name.ends_with(b"/") => Err(format!(
            "it is a {} whose name ends with a slash",
            kind.noun()
        )),
        _ => Ok(kind),
    }
}
