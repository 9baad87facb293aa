//! The files of this machine that the root of a container uses: this program, devices, the emulator, and the mounts of
//! the job.
//!
//! They are opened while their paths are still valid and accessible, and mounted in a small file system, where the
//! processes of a job find them.

use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{fstat, FileType, CWD};
use rustix::io::Errno;
use rustix::mount::{
    mount_remount, move_mount, open_tree, MountFlags, MoveMountFlags, OpenTreeFlags,
};

use super::attempt::{OrCannot, Result};
use super::tmpfs::mount_tmpfs;
use crate::job::Job;

const STAGE: &str = "stage";
/// This program, mounted read-only: a command that opens it through `/proc/self/exe` cannot modify it.
pub(super) const SELF: &str = "stage/self";
/// The emulator of the image's architecture.
pub(super) const EMULATOR: &str = "stage/emulator";
/// The processes of all commands.
pub(super) const PROCESSES: &str = "stage/proc";

/// The devices of a container.
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// The path of a device.
pub(super) fn device(name: &str) -> String {
    format!("{STAGE}/dev-{name}")
}

/// The path of a file or directory that the job mounts.
pub(super) fn mount_source(number: usize) -> String {
    format!("{STAGE}/mount-{number}")
}

/// The devices that exist.
pub(super) fn devices() -> impl Iterator<Item = &'static str> {
    let exists = |name: &&str| Path::new(&device(name)).exists();
    DEVICES.into_iter().filter(exists)
}

/// The sources and the targets of the mounts.
pub(super) struct Sources(Vec<(String, OwnedFd)>);

impl Sources {
    pub(super) fn open(job: &Job) -> Result<Self> {
        let mut all = vec![(
            SELF.to_owned(),
            own_program().or_cannot("open its own program file")?,
        )];
        for name in DEVICES {
            let path = format!("/dev/{name}");
            // A sandbox may not have all devices. A program that needs a missing one reports it itself.
            if Path::new(&path).exists() {
                all.push((device(name), tree(&path).or_cannot("open a device")?));
            }
        }
        if let Some(emulator) = &job.emulator {
            let opened = tree(&emulator.program).or_cannot("open the emulator")?;
            all.push((EMULATOR.to_owned(), opened));
        }
        for (number, mount) in job.mounts.iter().enumerate() {
            let opened = tree(&mount.source).or_cannot(&format!("mount `{}`", mount.source))?;
            all.push((mount_source(number), opened));
        }
        Ok(Self(all))
    }

    pub(super) fn mount(self) -> Result<()> {
        mount_tmpfs(STAGE, "mode=0700,size=1m")?;
        fs::create_dir(PROCESSES).or_cannot("create a directory")?;
        for (target, source) in &self.0 {
            make_mount_point(source, Path::new(target)).or_cannot("create a mount point")?;
            place(source, target).or_cannot("mount a file of this machine")?;
        }
        for target in [SELF, EMULATOR] {
            if Path::new(target).exists() {
                restrict(target, true).or_cannot("make a program of this machine read-only")?;
            }
        }
        Ok(())
    }
}

/// A mount of this program. `/proc/self/exe` refers to a mount of the old namespace, which cannot be moved to a new
/// one, so the program is opened by its path.
fn own_program() -> std::io::Result<OwnedFd> {
    let path = fs::read_link("/proc/self/exe")?;
    let (named, running) = (fs::metadata(&path)?, fs::metadata("/proc/self/exe")?);
    if (named.dev(), named.ino()) != (running.dev(), running.ino()) {
        return Err(std::io::Error::other("another file has replaced it"));
    }
    tree(path)
}

/// A mount of a file or directory, including the mounts below it.
pub(super) fn tree(path: impl rustix::path::Arg) -> std::io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(CWD, path, flags)?)
}

/// Moves a mount to an existing file or directory.
pub(super) fn place(source: &OwnedFd, target: &str) -> std::io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    Ok(move_mount(source, "", CWD, target, flags)?)
}

/// Creates a mount point: a directory or a file, with its parent directories.
pub(super) fn make_mount_point(source: &OwnedFd, target: &Path) -> std::io::Result<()> {
    if FileType::from_raw_mode(fstat(source)?.st_mode).is_dir() {
        return fs::create_dir_all(target);
    }
    if target.exists() {
        return Ok(());
    }
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    File::create(target).map(drop)
}

/// Forbids set-id programs and devices in a mount, and writes if `read_only` is set.
pub(super) fn restrict(target: &str, read_only: bool) -> std::io::Result<()> {
    let least = MountFlags::BIND | MountFlags::NOSUID | MountFlags::NODEV;
    let read = least | MountFlags::RDONLY;
    // Flags that the mount has outside of the namespace cannot be removed in it, so they have to be repeated.
    let all = [
        least,
        least | MountFlags::NOEXEC,
        read,
        read | MountFlags::NOEXEC,
    ];
    let mut result = Err(Errno::PERM);
    for flags in &all[if read_only { 2 } else { 0 }..] {
        result = mount_remount(target, *flags, c"");
        if result.is_ok() {
            break;
        }
    }
    Ok(result?)
}
