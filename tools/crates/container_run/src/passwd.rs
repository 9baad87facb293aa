//! Reads the users and groups of an unpacked image.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use rustix::fs::{openat2, Mode, OFlags, ResolveFlags};

use crate::user::User;

/// The largest part of a file that is read.
const MAX_BYTES: u64 = 16 << 20;

/// Looks up `USER[:GROUP]` in the files of an unpacked root.
pub(crate) fn find(root: &OwnedFd, text: &str) -> Result<User, String> {
    let passwd = read(root, "etc/passwd").map_err(|e| format!("cannot read /etc/passwd: {e}"))?;
    let group = read(root, "etc/group").map_err(|e| format!("cannot read /etc/group: {e}"))?;
    User::find(text, &passwd, &group)
}

/// Reads a file, with links resolved inside of the root; empty if it does not exist.
fn read(root: &OwnedFd, path: &str) -> std::io::Result<String> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match openat2(root, path, flags, Mode::empty(), ResolveFlags::IN_ROOT) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => return Ok(String::new()),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
