//! The kernel's table of emulators, which a user namespace can have for itself (binfmt_misc; Linux 6.7).

use std::fs;
use std::io::Write;

use rustix::mount::{mount, MountFlags};

use super::super::job::{Emulation, EMULATORS};
use super::{stage, Result, Trying};

/// Registers the emulator for programs of the image's architecture, in these namespaces only.
pub(super) fn register(emulation: &Emulation) -> Result<()> {
    fs::create_dir_all(EMULATORS).trying("make a folder")?;
    mount("none", EMULATORS, "binfmt_misc", MountFlags::empty(), None)
        .trying("mount a table of emulators")?;
    let Emulation { magic, mask, .. } = emulation;
    let program = stage::EMULATOR;
    // O, C: users need no permission to read a program, and set-user-id works. F: the kernel opens the emulator now, so
    // that it can be outside of the root. P: the emulator receives the original argv[0].
    let line = format!(":image_test:M::{magic}:{mask}:{program}:OCFP");
    let table = format!("{EMULATORS}/register");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(table)
        .trying("open the table of emulators")?;
    file.write_all(line.as_bytes())
        .trying("register the emulator")
}
