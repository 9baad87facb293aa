//! The mounts in the root of a test: `/proc`, a small `/dev`, and the mounts of the test.
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

use super::super::job::{Job, Mount};
use super::super::limits;
use super::stage::{self, place, tree};
use super::{processes, Result, Trying};

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
    processes: OwnedFd,
    named: Vec<OwnedFd>,
}

impl Sources {
    /// `emulated`: whether the command line starts the emulator.
    pub(super) fn open(job: &Job, emulated: bool) -> Result<Self> {
        let devices = stage::devices().map(|name| {
            let opened = tree(stage::device(name)).trying("see a device")?;
            Ok((name, opened))
        });
        let named = job.mounts.iter().enumerate().map(|(number, mount)| {
            tree(stage::named(number)).trying(&format!("mount `{}`", mount.source))
        });
        Ok(Self {
            devices: devices.collect::<Result<_>>()?,
            emulator: emulated
                .then(|| tree(stage::EMULATOR).trying("see the emulator"))
                .transpose()?,
            // If the machine's /proc is partly hidden, as in a container, the kernel only allows a mount of that one.
            processes: processes()
                .or_else(|_| tree("/proc"))
                .trying("see processes")?,
            named: named.collect::<Result<_>>()?,
        })
    }
}

/// A `/proc` of this PID namespace. The kernel allows it only if the machine's own `/proc` is fully visible, so this is
/// called before the change of roots.
pub(super) fn processes() -> std::io::Result<OwnedFd> {
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
    fs::create_dir_all("/proc").trying("make /proc")?;
    place(&sources.processes, "/proc").trying("mount /proc")?;
    fs::create_dir_all("/dev").trying("make /dev")?;
    // Devices are mounted one by one; no device files can be used here.
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("none", "/dev", "tmpfs", flags, Some(c"mode=0755,size=64k")).trying("mount /dev")?;
    processes::protect()?;
    for (name, device) in &sources.devices {
        put_file(device, &format!("/dev/{name}"))?;
    }
    for (name, target) in LINKS {
        symlink(target, format!("/dev/{name}")).trying("make /dev")?;
    }
    fs::create_dir("/dev/shm").trying("make /dev")?;
    let options = CString::new(format!("mode=1777,size={}", limits::SHARED));
    let options = options.trying("mount /dev/shm")?;
    mount("none", "/dev/shm", "tmpfs", quiet, Some(options.as_c_str())).trying("mount /dev/shm")?;
    if let Some(emulator) = &sources.emulator {
        put_file(emulator, EMULATOR)?;
        stage::restrict(EMULATOR, true).trying("make /dev")?;
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

fn put(named: &Mount, source: &OwnedFd) -> std::io::Result<()> {
    stage::make_point(source, Path::new(&named.target))?;
    place(source, &named.target)?;
    stage::restrict(&named.target, named.read_only)
}
