//! Writes a merged root as files.
//!
//! The files are written from the root, not entry by entry: directories first, then files, then symbolic links. No file
//! that is written before the last step is a link, so no write can leave the directory.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Seek};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{symlink, DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt as _};
use image_store::Image;
use rustix::fs::{makedev, mknodat, utimensat, AtFlags, FileType, Mode, Timespec, Timestamps, CWD};

use crate::budget::Budget;
use crate::layer::{self, Stop};
use crate::{unescape, Inode, Kind, Node, Owners, Root};

pub(crate) fn unpack(image: &Image, root: &Root, directory: &Path, owners: Owners) -> Result<()> {
    fs::create_dir_all(directory).cannot("unpack into", directory.display())?;
    let mut there = fs::read_dir(directory).cannot("unpack into", directory.display())?;
    if there.next().is_some() {
        return Err(Error::cannot(
            "unpack into",
            directory.display(),
            "it is not empty",
        ));
    }
    let place = Place {
        directory,
        root: rustix::process::geteuid().is_root(),
        owners,
    };
    for (path, node) in root.iter().filter(|(_, node)| node.kind == Kind::Directory) {
        let path = place.of(path);
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.cannot("unpack", path.display())?;
        // The final mode follows when the directory is complete.
        debug_assert_eq!(node.kind, Kind::Directory);
    }
    files(image, root, &place)?;
    for (path, node) in root.iter() {
        place.special(&place.of(path), node)?;
    }
    // Paths in a directory sort after the directory itself, so the reverse order is from the inside out.
    let directories: Vec<_> = root
        .iter()
        .filter(|(_, node)| node.kind == Kind::Directory)
        .collect();
    for (path, node) in directories.into_iter().rev() {
        place.dress(&place.of(path), node)?;
    }
    match root.get("") {
        Some(node) => place.dress(directory, node),
        None => Ok(()),
    }
}

/// Writes the contents of regular files, and their hard links.
fn files(image: &Image, root: &Root, place: &Place) -> Result<()> {
    let mut wanted: BTreeMap<Inode, Vec<(&str, &Node)>> = BTreeMap::new();
    for (path, node) in root.iter() {
        if let (Kind::File { .. }, Some(inode)) = (&node.kind, node.inode) {
            wanted.entry(inode).or_default().push((path, node));
        }
    }
    let budget = Budget::of(image);
    for number in 0..image.layers().len() {
        let first = Inode {
            layer: number as u32,
            entry: 0,
        };
        let next = wanted.range(first..).next();
        if next.is_none_or(|(inode, _)| inode.layer != first.layer) {
            continue;
        }
        layer::read(image, number, &budget, &mut |inode, _, reader| {
            let Some(names) = wanted.remove(&inode) else {
                return Ok(());
            };
            let mut names = names.into_iter();
            let Some((first, node)) = names.next() else {
                return Ok(());
            };
            let first = place.of(first);
            let mut options = OpenOptions::new();
            let options = options.write(true).create_new(true).mode(0o600);
            let fail = |cause| Stop::from(Error::cannot("unpack", first.display(), cause));
            let mut file = options.open(&first).map_err(fail)?;
            copy(reader, &mut file, &first)?;
            drop(file);
            place.dress(&first, node)?;
            for (path, _) in names {
                let path = place.of(path);
                fs::hard_link(&first, &path).cannot("unpack", path.display())?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Copies a content, with zeros as holes. Errors of reading and of writing are distinguished.
fn copy(
    reader: &mut dyn io::Read,
    file: &mut fs::File,
    path: &Path,
) -> std::result::Result<(), Stop> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer).map_err(Stop::Content)? {
            0 => {
                // Zeros at the end become a hole, too.
                let end = file.stream_position().and_then(|end| file.set_len(end));
                return Ok(end.cannot("unpack", path.display())?);
            }
            read if buffer[..read].iter().all(|byte| *byte == 0) => {
                let passed = file.seek_relative(read as i64);
                passed.cannot("unpack", path.display())?;
            }
            read => {
                let written = io::Write::write_all(file, &buffer[..read]);
                written.cannot("unpack", path.display())?;
            }
        }
    }
}

/// The destination directory, and who writes to it.
struct Place<'a> {
    directory: &'a Path,
    root: bool,
    owners: Owners,
}

impl Place<'_> {
    fn of(&self, path: &str) -> PathBuf {
        self.directory.join(OsStr::from_bytes(&unescape(path)))
    }

    /// Creates files without content: links, devices and pipes.
    fn special(&self, path: &Path, node: &Node) -> Result<()> {
        match &node.kind {
            Kind::File { .. } | Kind::Directory => return Ok(()),
            Kind::Link { target } => {
                let target = unescape(target);
                symlink(OsStr::from_bytes(&target), path).cannot("unpack", path.display())?;
            }
            Kind::Fifo => {
                let made = mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0);
                made.cannot("unpack", path.display())?;
            }
            // Only root may create devices, and not in every namespace; a container has its own `/dev` anyway.
            Kind::Device { .. } if !self.root => return Ok(()),
            Kind::Device {
                block,
                major,
                minor,
            } => {
                let kind = if *block {
                    FileType::BlockDevice
                } else {
                    FileType::CharacterDevice
                };
                let device = makedev(*major, *minor);
                match mknodat(CWD, path, kind, Mode::RUSR | Mode::WUSR, device) {
                    Err(rustix::io::Errno::PERM) => return Ok(()),
                    made => made.cannot("unpack", path.display())?,
                }
            }
        }
        self.dress(path, node)
    }

    /// Sets owner, mode and time of a path. If the user namespace does not have the owner, the file stays with the
    /// caller.
    fn dress(&self, path: &Path, node: &Node) -> Result<()> {
        if self.root {
            let id = |id: u64| u32::try_from(id).ok().filter(|id| *id != u32::MAX);
            let (Some(uid), Some(gid)) = (id(node.uid), id(node.gid)) else {
                let cause = format!("no system supports the owner {}:{}", node.uid, node.gid);
                return Err(Error::cannot("unpack", path.display(), cause));
            };
            // An unmapped owner stays the caller, which is `nobody` in the namespace.
            if let (Some(uid), Some(gid)) = (self.owners.of(uid), self.owners.of(gid)) {
                match std::os::unix::fs::lchown(path, Some(uid), Some(gid)) {
                    Err(error) if unknown_here(&error) => {}
                    owned => owned.cannot("unpack", path.display())?,
                }
            }
        }
        if !matches!(node.kind, Kind::Link { .. }) {
            let mode = Permissions::from_mode(node.mode);
            fs::set_permissions(path, mode).cannot("unpack", path.display())?;
        }
        let time = Timespec {
            tv_sec: i64::try_from(node.mtime).unwrap_or(i64::MAX),
            tv_nsec: 0,
        };
        let times = Timestamps {
            last_access: time,
            last_modification: time,
        };
        let set = utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW);
        set.cannot("unpack", path.display())
    }
}

/// Whether `chown` failed because this user namespace does not have the ID.
fn unknown_here(error: &io::Error) -> bool {
    const EPERM: i32 = 1;
    const EINVAL: i32 = 22;
    matches!(error.raw_os_error(), Some(EPERM | EINVAL))
}
