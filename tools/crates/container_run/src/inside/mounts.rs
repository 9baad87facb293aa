//! The mounts in the root of a container: `/proc`, a small `/dev`, and the mounts of the job.
//!
//! Sources outside of the root are opened before the change of roots and mounted after it, so that no link of the image
//! can redirect a mount to a path outside of the root.

use std::ffi::CString;
use std::fs::{self, File};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::mount::{
    fsconfig_create, fsmount, fsopen, mount, FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags,
};

use super::attempt::{OrCannot, Result};
use super::masked_paths;
use super::stage::{self, place, tree};
use crate::job::{Job, Mount};
use crate::limits;

/// The path of the emulator if the command line starts it.
pub(super) const EMULATOR: &str = "/dev/emulator";

const LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// The sources of the mounts, opened outside of the root.
pub(super) struct Sources {
    devices: Vec<(&'static str, OwnedFd)>,
    emulator: Option<OwnedFd>,
    proc: OwnedFd,
    mounts: Vec<OwnedFd>,
}

impl Sources {
    /// `emulated`: whether the command line starts the emulator.
    pub(super) fn open(job: &Job, emulated: bool) -> Result<Self> {
        let devices = stage::devices().map(|name| {
            let opened = tree(stage::device(name)).or_cannot("open a device")?;
            Ok((name, opened))
        });
        let mounts = job.mounts.iter().enumerate().map(|(number, mount)| {
            tree(stage::mount_source(number)).or_cannot(&format!("mount `{}`", mount.source))
        });
        Ok(Self {
            devices: devices.collect::<Result<_>>()?,
            emulator: emulated
                .then(|| tree(stage::EMULATOR).or_cannot("open the emulator"))
                .transpose()?,
            // If the machine's /proc is partly hidden, as in a container, the kernel only allows a mount of that one.
            proc: new_proc()
                .or_else(|_| tree("/proc"))
                .or_cannot("mount /proc")?,
            mounts: mounts.collect::<Result<_>>()?,
        })
    }
}

/// A `/proc` of this PID namespace. The kernel allows it only if the machine's own `/proc` is fully visible, so this is
/// called before the change of roots.
pub(super) fn new_proc() -> std::io::Result<OwnedFd> {
    let kind = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(kind.as_fd())?;
    let quiet = MountAttrFlags::MOUNT_ATTR_NOSUID
        | MountAttrFlags::MOUNT_ATTR_NODEV
        | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    Ok(fsmount(kind.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, quiet)?)
}

/// Mounts all sources. At this point only the root of the image is mounted: if the old root were still mounted over it,
/// `/..` in a link would lead there.
pub(super) fn fill(job: &Job, sources: Sources) -> Result<()> {
    let quiet = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    fs::create_dir_all("/proc").or_cannot("create /proc")?;
    place(&sources.proc, "/proc").or_cannot("mount /proc")?;
    fs::create_dir_all("/dev").or_cannot("create /dev")?;
    // Devices are mounted one by one; no device files can be used here.
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("none", "/dev", "tmpfs", flags, Some(c"mode=0755,size=64k")).or_cannot("mount /dev")?;
    masked_paths::protect()?;
    for (name, device) in &sources.devices {
        place_file(device, &format!("/dev/{name}"))?;
    }
    for (name, target) in LINKS {
        symlink(target, format!("/dev/{name}")).or_cannot("create /dev")?;
    }
    fs::create_dir("/dev/shm").or_cannot("create /dev")?;
    let options = CString::new(format!("mode=1777,size={}", limits::SHARED));
    let options = options.or_cannot("mount /dev/shm")?;
    mount("none", "/dev/shm", "tmpfs", quiet, Some(options.as_c_str()))
        .or_cannot("mount /dev/shm")?;
    if let Some(emulator) = &sources.emulator {
        place_file(emulator, EMULATOR)?;
        stage::restrict(EMULATOR, true).or_cannot("create /dev")?;
    }
    for (mount, source) in job.mounts.iter().zip(&sources.mounts) {
        bind(mount, source).or_cannot(&format!("mount `{}`", mount.target))?;
    }
    Ok(())
}

fn place_file(source: &OwnedFd, target: &str) -> Result<()> {
    File::create(target).or_cannot("create /dev")?;
    place(source, target).or_cannot("create /dev")
}

fn bind(mount: &Mount, source: &OwnedFd) -> std::io::Result<()> {
    stage::make_mount_point(source, Path::new(&mount.target))?;
    place(source, &mount.target)?;
    stage::restrict(&mount.target, mount.read_only)
}
