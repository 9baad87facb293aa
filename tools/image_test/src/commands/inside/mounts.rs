//! What is mounted in the root of a test: `/proc`, a small `/dev`, and what the test names.
//!
//! What comes from outside is opened before the change of roots and put in its place after it, so that no link of the image
//! leads a mount out of the root.

use std::fs::{self, File};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::fs::CWD;
use rustix::mount::{
    fsconfig_create, fsmount, fsopen, mount, mount_remount, move_mount, open_tree, FsMountFlags,
    FsOpenFlags, MountAttrFlags, MountFlags, MoveMountFlags, OpenTreeFlags,
};

use super::super::job::{Emulation, Job, Mount};
use super::{Result, Trying};

/// Where the emulator lies that is started by its name.
pub(super) const EMULATOR: &str = "/dev/emulator";

const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];
const LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// What is to be seen in the root, opened outside of it.
pub(super) struct Sources {
    devices: Vec<(&'static str, OwnedFd)>,
    emulator: Option<OwnedFd>,
    processes: OwnedFd,
    named: Vec<OwnedFd>,
}

impl Sources {
    pub(super) fn open(job: &Job, emulator: Option<&Emulation>) -> Result<Self> {
        let mut devices = Vec::new();
        for name in DEVICES {
            let path = format!("/dev/{name}");
            // A sandbox may lack some; a program that needs one says so itself.
            if Path::new(&path).exists() {
                devices.push((name, tree(&path).trying("see a device")?));
            }
        }
        let named = job.mounts.iter();
        let named = named.map(|m| tree(&m.source).trying(&format!("mount `{}`", m.source)));
        Ok(Self {
            devices,
            emulator: emulator
                .map(|emulator| tree(&emulator.program).trying("see the emulator"))
                .transpose()?,
            // In a container whose own /proc is partly hidden, only that one may be seen.
            processes: processes()
                .or_else(|_| tree("/proc"))
                .trying("see processes")?,
            named: named.collect::<Result<_>>()?,
        })
    }
}

/// The processes of this namespace. The kernel shows them only to those who see the machine's: so this is for before the change
/// of roots.
fn processes() -> std::io::Result<OwnedFd> {
    let kind = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(kind.as_fd())?;
    let quiet = MountAttrFlags::MOUNT_ATTR_NOSUID
        | MountAttrFlags::MOUNT_ATTR_NODEV
        | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    Ok(fsmount(kind.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, quiet)?)
}

/// A mount of a file or folder, with what is mounted below it.
fn tree(path: &str) -> std::io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(CWD, path, flags)?)
}

/// Mounts all of it. The root is that of the image, and nothing else is left: were the old root still mounted over it, `/..` of a
/// link would lead there.
pub(super) fn fill(job: &Job, sources: Sources) -> Result<()> {
    let quiet = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    fs::create_dir_all("/proc").trying("make /proc")?;
    place(&sources.processes, "/proc").trying("mount /proc")?;
    fs::create_dir_all("/dev").trying("make /dev")?;
    mount(
        "none",
        "/dev",
        "tmpfs",
        MountFlags::NOSUID,
        Some(c"mode=0755"),
    )
    .trying("mount /dev")?;
    for (name, device) in &sources.devices {
        put_file(device, &format!("/dev/{name}"))?;
    }
    for (name, target) in LINKS {
        symlink(target, format!("/dev/{name}")).trying("make /dev")?;
    }
    fs::create_dir("/dev/shm").trying("make /dev")?;
    mount("none", "/dev/shm", "tmpfs", quiet, Some(c"mode=1777")).trying("mount /dev/shm")?;
    if let Some(emulator) = &sources.emulator {
        put_file(emulator, EMULATOR)?;
    }
    for (named, source) in job.mounts.iter().zip(&sources.named) {
        put(named, source).trying(&format!("mount `{}`", named.target))?;
    }
    Ok(())
}

fn put_file(source: &OwnedFd, target: &str) -> Result<()> {
    File::create(target).trying("make /dev")?;
    place(source, target).trying("make /dev")
}

fn place(source: &OwnedFd, target: &str) -> std::io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    Ok(move_mount(source, "", CWD, target, flags)?)
}

fn put(named: &Mount, source: &OwnedFd) -> std::io::Result<()> {
    let target = Path::new(&named.target);
    let folder = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(source)?.st_mode).is_dir();
    if folder {
        fs::create_dir_all(target)?;
    } else if !target.exists() {
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        File::create(target)?;
    }
    place(source, &named.target)?;
    if named.read_only {
        let read_only = MountFlags::BIND | MountFlags::RDONLY;
        // Flags that the mount had outside may not be taken from it inside.
        let stricter = read_only | MountFlags::NOSUID | MountFlags::NODEV;
        let flags = [read_only, stricter, stricter | MountFlags::NOEXEC];
        let mut result = Ok(());
        for flags in flags {
            result = mount_remount(&named.target, flags, c"");
            if result.is_ok() {
                break;
            }
        }
        result?;
    }
    Ok(())
}
