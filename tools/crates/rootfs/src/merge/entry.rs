//! Interprets one entry of an archive.

use tarball::{Entry, EntryPath, RawEntry};

use super::Placing;
use crate::{escape, Kind};

/// The path of an entry, and the entry as visitors see it, or `None` for a type that visitors do not receive.
pub(super) fn seen(raw: &RawEntry) -> Placing<(EntryPath, Option<Entry>)> {
    let path = relative(&raw.name).map_err(|why| format!("its {why}"))?;
    let kind = match raw.letter {
        b'0' => Some(tarball::Kind::File { size: raw.size }),
        b'1' => Some(tarball::Kind::Hardlink {
            target: hard_target(raw)?,
        }),
        b'2' => {
            kind(raw)?;
            let target = raw.link.clone();
            Some(tarball::Kind::Symlink { target })
        }
        b'5' => Some(tarball::Kind::Directory),
        _ => None,
    };
    let entry = kind.map(|kind| Entry {
        path: path.clone(),
        kind,
        mode: raw.mode,
        uid: raw.uid,
        gid: raw.gid,
        mtime: raw.mtime,
    });
    Ok((path, entry))
}

/// An absolute name is relative to the root, as in every runtime.
fn relative(name: &[u8]) -> std::result::Result<EntryPath, &'static str> {
    let slashes = name.iter().take_while(|byte| **byte == b'/').count();
    match &name[slashes..] {
        b"" if slashes > 0 => Ok(EntryPath::root()),
        rest => EntryPath::parse(rest),
    }
}

pub(super) fn hard_target(raw: &RawEntry) -> Placing<EntryPath> {
    relative(&raw.link).map_err(|why| format!("its target's {why}"))
}

/// The node that an entry adds to the root. Not for hard links.
pub(super) fn kind(raw: &RawEntry) -> Placing<Kind> {
    let (major, minor) = raw.device;
    Ok(match raw.letter {
        b'0' => Kind::File { size: raw.size },
        b'2' if raw.link.is_empty() => return Err("its target is empty".to_owned()),
        b'2' if raw.link.len() > 4096 => return Err("its target is too long".to_owned()),
        b'2' if raw.link.contains(&0) => return Err("its target contains a NUL byte".to_owned()),
        b'2' => Kind::Link {
            target: escape(&raw.link).into(),
        },
        b'3' | b'4' => Kind::Device {
            block: raw.letter == b'4',
            major,
            minor,
        },
        b'5' => Kind::Directory,
        b'6' => Kind::Fifo,
        other => {
            let letter = other.escape_ascii();
            return Err(format!("tar entries of type `{letter}` are not supported"));
        }
    })
}
