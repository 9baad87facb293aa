//! Merged `/usr`: `/bin`, `/lib`, `/sbin` and their variants are links into `/usr` (in Debian 13, base-files contains
//! the links).

use blob::{Error, Result};
use tarball::{Entry, EntryPath, Kind};

/// The directories that become links to the directory of the same name below `usr` (file-hierarchy(7), "usrmerge").
const DIRECTORIES: [&[u8]; 7] = [
    b"bin", b"lib", b"lib32", b"lib64", b"libo32", b"libx32", b"sbin",
];

/// The entry as dpkg would unpack it on a system with these links: paths below them, also targets of hard links, become
/// paths below `usr`. `None` for such a directory itself, because it is a link there. A symbolic link keeps its target,
/// as with dpkg: the kernel resolves `..` from the link's real directory.
///
/// # Errors
///
/// A path becomes longer than a path may be.
pub fn merge_entry(entry: &Entry) -> Result<Option<Entry>> {
    let mut entry = entry.clone();
    if entry.kind == Kind::Directory && DIRECTORIES.contains(&entry.path.as_bytes()) {
        return Ok(None);
    }
    entry.path = merge_path(&entry.path)?;
    if let Kind::Hardlink { target } = &mut entry.kind {
        *target = merge_path(target)?;
    }
    Ok(Some(entry))
}

/// The path after resolving the links.
///
/// # Errors
///
/// The path becomes longer than a path may be.
pub fn merge_path(path: &EntryPath) -> Result<EntryPath> {
    let mut components = path.components();
    let below = components
        .next()
        .is_some_and(|top| DIRECTORIES.contains(&top))
        && components.next().is_some();
    if !below {
        return Ok(path.clone());
    }
    let merged = [b"usr/", path.as_bytes()].concat();
    EntryPath::parse(&merged)
        .map_err(|why| Error::cannot("merge into /usr", path, format!("its {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> EntryPath {
        EntryPath::parse(text.as_bytes()).unwrap()
    }

    fn entry(text: &str, kind: Kind) -> Entry {
        Entry {
            path: path(text),
            kind,
            mode: 0o755,
            uid: 0,
            gid: 0,
            mtime: 0,
        }
    }

    #[test]
    fn entries_below_moved_directories_move() {
        for (before, after) in [
            ("bin/sh", "usr/bin/sh"),
            ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"),
            ("lib64/ld.so", "usr/lib64/ld.so"),
            ("bin", "bin"),
            ("usr/bin/sh", "usr/bin/sh"),
            ("library/x", "library/x"),
            ("etc/bin/x", "etc/bin/x"),
        ] {
            assert_eq!(merge_path(&path(before)).unwrap(), path(after));
        }
    }

    #[test]
    fn directories_are_dropped_and_links_kept() {
        let directory = entry("lib", Kind::Directory);
        assert_eq!(merge_entry(&directory).unwrap(), None);
        let link = Kind::Symlink {
            target: b"usr/lib".to_vec(),
        };
        let link = entry("lib", link);
        assert_eq!(merge_entry(&link).unwrap(), Some(link));
        let hardlink = entry(
            "sbin/b",
            Kind::Hardlink {
                target: path("sbin/a"),
            },
        );
        let merged = merge_entry(&hardlink).unwrap().unwrap();
        assert_eq!(merged.path, path("usr/sbin/b"));
        assert_eq!(
            merged.kind,
            Kind::Hardlink {
                target: path("usr/sbin/a")
            }
        );
    }
}
