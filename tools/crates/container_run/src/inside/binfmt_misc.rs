//! The kernel's table of emulators, which a user namespace can have for itself (binfmt_misc; Linux 6.7).

use std::fs;
use std::io::Write;

use rustix::mount::{mount, MountFlags};

use super::attempt::{OrCannot, Result};
use super::stage;
use crate::emulator::Emulator;
use crate::exchange::BINFMT_MISC;

/// Registers the emulator for programs of the image's architecture, in these namespaces only.
pub(super) fn register(emulator: &Emulator) -> Result<()> {
    fs::create_dir_all(BINFMT_MISC).or_cannot("create a directory")?;
    mount(
        "none",
        BINFMT_MISC,
        "binfmt_misc",
        MountFlags::empty(),
        None,
    )
    .or_cannot("mount binfmt_misc")?;
    let Emulator { magic, mask, .. } = emulator;
    let program = stage::EMULATOR;
    // O, C: users need no permission to read a program, and set-user-id works. F: the kernel opens the emulator now, so
    // that it can be outside of the root. P: the emulator receives the original argv[0].
    let line = format!(":image_test:M::{magic}:{mask}:{program}:OCFP");
    let table = format!("{BINFMT_MISC}/register");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(table)
        .or_cannot("open binfmt_misc")?;
    file.write_all(line.as_bytes())
        .or_cannot("register the emulator")
}
