//! What the root of a test takes from this machine: this program, devices, the emulator, and the files that a test names.
//!
//! They are opened while their paths still lead to them and may be seen, and are mounted side by side in a small file system,
//! where the processes of a test find them.

use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{fstat, FileType, CWD};
use rustix::io::Errno;
use rustix::mount::{
    mount_remount, move_mount, open_tree, MountFlags, MoveMountFlags, OpenTreeFlags,
};

use super::super::job::Job;
use super::{hold, Result, Trying};

const STAGE: &str = "stage";
/// This program. It may only be read there: a command that starts it by `/proc/self/exe` can change nothing of it.
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

/// The path of a file or folder that the test names.
pub(super) fn named(number: usize) -> String {
    format!("{STAGE}/mount-{number}")
}

/// The devices that are there.
pub(super) fn devices() -> impl Iterator<Item = &'static str> {
    let there = |name: &&str| Path::new(&device(name)).exists();
    DEVICES.into_iter().filter(there)
}

/// What is to be mounted, and where.
pub(super) struct Sources(Vec<(String, OwnedFd)>);

impl Sources {
    pub(super) fn open(job: &Job) -> Result<Self> {
        let mut all = vec![(SELF.to_owned(), own().trying("see image_test itself")?)];
        for name in DEVICES {
            let path = format!("/dev/{name}");
            // A sandbox may lack some; a program that needs one says so itself.
            if Path::new(&path).exists() {
                all.push((device(name), tree(&path).trying("see a device")?));
            }
        }
        if let Some(emulator) = &job.emulator {
            let opened = tree(&emulator.program).trying("see the emulator")?;
            all.push((EMULATOR.to_owned(), opened));
        }
        for (number, mount) in job.mounts.iter().enumerate() {
            let opened = tree(&mount.source).trying(&format!("mount `{}`", mount.source))?;
            all.push((named(number), opened));
        }
        Ok(Self(all))
    }

    pub(super) fn mount(self) -> Result<()> {
        hold::memory(STAGE, "mode=0700,size=1m")?;
        fs::create_dir(PROCESSES).trying("make a folder")?;
        for (target, source) in &self.0 {
            make_point(source, Path::new(target)).trying("make a place for a mount")?;
            place(source, target).trying("mount a file of this machine")?;
        }
        for target in [SELF, EMULATOR] {
            if Path::new(target).exists() {
                restrict(target, true).trying("forbid writes to a program of this machine")?;
            }
        }
        Ok(())
    }
}

/// A mount of this program. The kernel's link to it leads to the mounts of before, which cannot be taken into new ones: its path
/// does not.
fn own() -> std::io::Result<OwnedFd> {
    let path = fs::read_link("/proc/self/exe")?;
    let (named, running) = (fs::metadata(&path)?, fs::metadata("/proc/self/exe")?);
    if (named.dev(), named.ino()) != (running.dev(), running.ino()) {
        return Err(std::io::Error::other("another file has its name now"));
    }
    tree(path)
}

/// A mount of a file or folder, with what is mounted below it.
pub(super) fn tree(path: impl rustix::path::Arg) -> std::io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(CWD, path, flags)?)
}

/// Puts a mount where something is already.
pub(super) fn place(source: &OwnedFd, target: &str) -> std::io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    Ok(move_mount(source, "", CWD, target, flags)?)
}

/// Makes what a mount can be put on: a folder or a file, with the folders above it.
pub(super) fn make_point(source: &OwnedFd, target: &Path) -> std::io::Result<()> {
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

/// Takes set-id programs and devices from a mount, and, where it is to be only read, writes.
pub(super) fn restrict(target: &str, read_only: bool) -> std::io::Result<()> {
    let least = MountFlags::BIND | MountFlags::NOSUID | MountFlags::NODEV;
    let read = least | MountFlags::RDONLY;
    // What the mount had outside may not be taken from it inside: then it has to be asked for too.
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
