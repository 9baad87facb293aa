//! File systems in memory (tmpfs(5)).

use std::ffi::CString;
use std::fs;

use rustix::mount::{mount, MountFlags};

use super::attempt::{OrCannot, Result};

/// Mounts a file system in memory at a directory, which is created if it is missing.
pub(super) fn mount_tmpfs(directory: &str, options: &str) -> Result<()> {
    fs::create_dir_all(directory).or_cannot("create a directory")?;
    let options = CString::new(options).or_cannot("mount a tmpfs")?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("none", directory, "tmpfs", flags, Some(options.as_c_str())).or_cannot("mount a tmpfs")
}
