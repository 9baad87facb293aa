//! The 512-byte header block: the positions of its fields, its parser, and its one written form (POSIX ustar).

use std::ops::Range;

use crate::{number, Entry, Kind, BLOCK};

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const UID: Range<usize> = 108..116;
const GID: Range<usize> = 116..124;
const SIZE: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const LINK: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..265;
const USER: Range<usize> = 265..297;
const GROUP: Range<usize> = 297..329;
const MAJOR: Range<usize> = 329..337;
const MINOR: Range<usize> = 337..345;
const PREFIX: Range<usize> = 345..500;

/// The header of a GNU sparse file has these fields instead of the prefix.
const SPARSE: Range<usize> = 386..482;
const EXTENDED: usize = 482;
const REAL_SIZE: Range<usize> = 483..495;

const USTAR: &[u8] = b"ustar\x0000";

/// A header block with a correct checksum.
pub(crate) struct Header<'a>(&'a [u8; BLOCK]);

impl<'a> Header<'a> {
    /// Verifies the checksum of a block.
    pub(crate) fn check(block: &'a [u8; BLOCK]) -> Result<Self, String> {
        let stated = number::read(&block[CHECKSUM]);
        if stated == Ok(u64::from(checksum(block))) {
            Ok(Self(block))
        } else {
            Err("its header checksum is wrong".to_owned())
        }
    }

    pub(crate) fn kind(&self) -> u8 {
        self.0[TYPE]
    }

    pub(crate) fn mode(&self) -> Result<u32, String> {
        Ok((field(self.0, MODE, "mode")? & 0o7777) as u32)
    }

    pub(crate) fn uid(&self) -> Result<u64, String> {
        field(self.0, UID, "uid")
    }

    pub(crate) fn gid(&self) -> Result<u64, String> {
        field(self.0, GID, "gid")
    }

    pub(crate) fn size(&self) -> Result<u64, String> {
        field(self.0, SIZE, "size")
    }

    pub(crate) fn mtime(&self) -> Result<u64, String> {
        field(self.0, MTIME, "mtime")
    }

    /// The map of a GNU sparse file's header: its numbers, the real size, and whether a block with more numbers
    /// follows.
    pub(crate) fn sparse(&self) -> Result<(Vec<u64>, u64, bool), String> {
        let size = field(self.0, REAL_SIZE, "real size")?;
        let numbers = sparse_numbers(&self.0[SPARSE])?;
        Ok((numbers, size, self.0[EXTENDED] != 0))
    }

    /// The modification time, where times before 1970 become 1970.
    pub(crate) fn lenient_mtime(&self) -> Result<u64, String> {
        match self.0[MTIME.start] {
            0xc0..=0xff | b'-' => Ok(0),
            _ => self.mtime(),
        }
    }

    /// The major and minor number of a device.
    pub(crate) fn device(&self) -> Result<(u32, u32), String> {
        let part = |range, name| {
            let number = field(self.0, range, name)?;
            u32::try_from(number).map_err(|_| format!("its {name} is absurdly large"))
        };
        Ok((part(MAJOR, "major number")?, part(MINOR, "minor number")?))
    }

    /// The name. In POSIX headers, its first part may be in the prefix field; GNU headers use that field for other
    /// data.
    pub(crate) fn name(&self) -> Vec<u8> {
        let name = text(&self.0[NAME]);
        let prefix = if self.0[MAGIC].starts_with(b"ustar\0") {
            text(&self.0[PREFIX])
        } else {
            b""
        };
        if prefix.is_empty() {
            name.to_vec()
        } else {
            [prefix, b"/", name].concat()
        }
    }

    /// The names of owner and group. Only POSIX and GNU headers have them.
    pub(crate) fn owner_names(&self) -> (Vec<u8>, Vec<u8>) {
        if self.0[MAGIC].starts_with(b"ustar") {
            (text(&self.0[USER]).to_vec(), text(&self.0[GROUP]).to_vec())
        } else {
            (Vec::new(), Vec::new())
        }
    }

    pub(crate) fn link(&self) -> Vec<u8> {
        text(&self.0[LINK]).to_vec()
    }
}

/// The numbers of an additional block of such a map, and whether another one follows.
pub(crate) fn more_sparse(block: &[u8; BLOCK]) -> Result<(Vec<u64>, bool), String> {
    Ok((sparse_numbers(&block[..504])?, block[504] != 0))
}

/// Reads pairs of twelve-digit numbers up to the first empty one.
fn sparse_numbers(fields: &[u8]) -> Result<Vec<u64>, String> {
    let used = fields.chunks(12).take_while(|field| field[0] != 0);
    let number = |field| number::read(field).map_err(|why| format!("its map of holes {why}"));
    used.map(number).collect()
}

fn field(block: &[u8; BLOCK], range: Range<usize>, name: &str) -> Result<u64, String> {
    number::read(&block[range]).map_err(|why| format!("its {name} {why}"))
}

/// A text field up to its first NUL.
fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|byte| *byte == 0);
    &field[..end.unwrap_or(field.len())]
}

/// The sum of all bytes, where the checksum field counts as spaces.
fn checksum(block: &[u8; BLOCK]) -> u32 {
    let sum = |range: Range<usize>| {
        block[range]
            .iter()
            .map(|byte| u32::from(*byte))
            .sum::<u32>()
    };
    sum(0..CHECKSUM.start) + 8 * u32::from(b' ') + sum(CHECKSUM.end..BLOCK)
}

/// Values that do not fit into a header, as PAX records (`pax.rs` writes them), sorted by key.
pub(crate) type Overflow = Vec<(&'static str, Vec<u8>)>;

/// Writes the header of an entry; also returns the values that did not fit.
pub(crate) fn encode(entry: &Entry) -> ([u8; BLOCK], Overflow) {
    let (name, link) = names(entry);
    let mut block = blank(type_flag(&entry.kind));
    let mut overflow = Overflow::new();
    number_or_record(&mut block, GID, entry.gid, "gid", &mut overflow);
    if !put(&mut block[LINK], &link) {
        overflow.push(("linkpath", link));
    }
    if !put_name(&mut block, &name) {
        overflow.push(("path", name));
    }
    number_or_record(&mut block, MTIME, entry.mtime, "mtime", &mut overflow);
    number_or_record(&mut block, SIZE, entry.size(), "size", &mut overflow);
    number_or_record(&mut block, UID, entry.uid, "uid", &mut overflow);
    number::write(&mut block[MODE], u64::from(entry.mode & 0o7777));
    seal(&mut block);
    (block, overflow)
}

/// The header of the PAX records that precede an entry's own header.
pub(crate) fn encode_extension(size: usize) -> [u8; BLOCK] {
    let mut block = blank(b'x');
    put(&mut block[NAME], b"PaxHeaders/entry");
    number::write(&mut block[MODE], 0o644);
    number::write(&mut block[SIZE], size as u64);
    seal(&mut block);
    block
}

/// The names in their stored form: directories end with `/`, and the root is `./`.
fn names(entry: &Entry) -> (Vec<u8>, Vec<u8>) {
    let mut name = if entry.path.is_root() {
        b".".to_vec()
    } else {
        entry.path.as_bytes().to_vec()
    };
    let link = match &entry.kind {
        Kind::Symlink { target } => target.clone(),
        Kind::Hardlink { target } => target.as_bytes().to_vec(),
        Kind::File { .. } => Vec::new(),
        Kind::Directory => {
            name.push(b'/');
            Vec::new()
        }
    };
    (name, link)
}

fn type_flag(kind: &Kind) -> u8 {
    match kind {
        Kind::File { .. } => b'0',
        Kind::Hardlink { .. } => b'1',
        Kind::Symlink { .. } => b'2',
        Kind::Directory => b'5',
    }
}

/// A header with this type, the ustar magic, zero in every number and no names.
fn blank(kind: u8) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    for range in [MODE, UID, GID, SIZE, MTIME] {
        number::write(&mut block[range], 0);
    }
    block[TYPE] = kind;
    block[MAGIC].copy_from_slice(USTAR);
    block
}

fn seal(block: &mut [u8; BLOCK]) {
    let sum = checksum(block);
    // The historical form: six digits, NUL, space.
    number::write(&mut block[CHECKSUM.start..CHECKSUM.end - 1], u64::from(sum));
    block[CHECKSUM.end - 1] = b' ';
}

fn number_or_record(
    block: &mut [u8; BLOCK],
    range: Range<usize>,
    value: u64,
    key: &'static str,
    overflow: &mut Overflow,
) {
    if number::write(&mut block[range], value).is_none() {
        overflow.push((key, value.to_string().into_bytes()));
    }
}

/// Copies text to the start of a field. Truncates it and returns false if it does not fit.
fn put(field: &mut [u8], text: &[u8]) -> bool {
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
    length == text.len()
}

/// Stores a name in NAME, or splits it at a slash into PREFIX and NAME, with the shortest possible prefix.
fn put_name(block: &mut [u8; BLOCK], name: &[u8]) -> bool {
    if name.len() <= NAME.len() {
        return put(&mut block[NAME], name);
    }
    let earliest = name.len() - NAME.len() - 1;
    let cut = (earliest..name.len() - 1).find(|at| name[*at] == b'/');
    match cut.filter(|cut| (1..=PREFIX.len()).contains(cut)) {
        Some(cut) => {
            put(&mut block[PREFIX], &name[..cut]) && put(&mut block[NAME], &name[cut + 1..])
        }
        None => put(&mut block[NAME], name),
    }
}
