//! The kernel's table of emulators, of which a user namespace may have its own (binfmt_misc; Linux 6.7).

use std::fs;
use std::io::Write;

use rustix::mount::{mount, MountFlags};

use super::super::job::{Emulation, EMULATORS};
use super::{stage, Result, Trying};

/// Makes the kernel start programs of the image's architecture through the emulator, in these namespaces only.
pub(super) fn register(emulation: &Emulation) -> Result<()> {
    fs::create_dir_all(EMULATORS).trying("make a folder")?;
    mount("none", EMULATORS, "binfmt_misc", MountFlags::empty(), None)
        .trying("mount a table of emulators")?;
    let Emulation { magic, mask, .. } = emulation;
    let program = stage::EMULATOR;
    // O, C: whoever runs a program needs no right to read it, and set-user-id works. F: the emulator is opened now, so that it
    // need not lie in the root. P: the program is told how it was called.
    let line = format!(":image_test:M::{magic}:{mask}:{program}:OCFP");
    let table = format!("{EMULATORS}/register");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(table)
        .trying("open the table of emulators")?;
    file.write_all(line.as_bytes())
        .trying("register the emulator")
}
