//! Determines how images of an architecture run on this machine: natively, by the kernel's emulators, or by a static
//! qemu.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use arch::Architecture;

use super::job::Emulation;

/// How programs of an architecture run here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// Without an emulator of ours.
    Native,
    /// With this emulator.
    Emulated(Emulation),
    /// Not at all, for this reason.
    None(String),
}

/// Determines how to run an architecture (by its OCI name). `given` is an emulator that must be used.
pub(super) fn find(architecture: &str, given: Option<&Path>) -> Means {
    let Some(machine) = Architecture::by_oci(architecture) else {
        return Means::None(format!("nothing is known that runs {architecture}"));
    };
    let both = machine.oci == "386" && env::consts::ARCH == "x86_64";
    if machine.rust == env::consts::ARCH || both {
        return Means::Native;
    }
    if given.is_none() && is_registered(machine.qemu) {
        return Means::Native;
    }
    let names = [
        format!("qemu-{}-static", machine.qemu),
        format!("qemu-{}", machine.qemu),
    ];
    let found = match given {
        Some(path) => Some(path.to_owned()),
        None => names.iter().find_map(|name| in_path(name)),
    };
    let Some(program) = found else {
        return Means::None(format!(
            "this machine does not run {architecture}, and neither {} nor {} is in $PATH",
            names[0], names[1]
        ));
    };
    match is_static(&program) {
        Ok(true) => Means::Emulated(emulation(machine, &program)),
        Ok(false) => Means::None(format!(
            "this machine does not run {architecture}, and {} is not static",
            program.display()
        )),
        Err(error) => Means::None(format!("cannot read {}: {error}", program.display())),
    }
}

/// Whether the kernel runs programs of an architecture with an emulator that it has already opened (flag F). It would
/// look up other emulators by path, and they do not exist in the root of a test.
fn is_registered(qemu: &str) -> bool {
    let path = format!("/proc/sys/fs/binfmt_misc/qemu-{qemu}");
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    let flags = text.lines().find_map(|line| line.strip_prefix("flags: "));
    text.starts_with("enabled") && flags.is_some_and(|flags| flags.contains('F'))
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut files = env::split_paths(&path).map(|folder| folder.join(name));
    files
        .find(|file| file.is_file())
        .and_then(|file| fs::canonicalize(file).ok())
}

fn emulation(machine: &Architecture, program: &Path) -> Emulation {
    let (magic, mask) = machine.elf.magic();
    let escaped = |bytes: [u8; 20]| bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    Emulation {
        program: fs::canonicalize(program)
            .unwrap_or_else(|_| program.to_owned())
            .display()
            .to_string(),
        cpu: machine.qemu_cpu.map(str::to_owned),
        magic: escaped(magic),
        mask: escaped(mask),
    }
}

/// Whether a program needs no loader: it has no program header of type `PT_INTERP` (System V ABI).
fn is_static(program: &Path) -> std::io::Result<bool> {
    const INTERPRETER: u32 = 3;
    let mut head = Vec::new();
    File::open(program)?
        .take(64 * 1024)
        .read_to_end(&mut head)?;
    let big = head.get(5) == Some(&2);
    let number = |at: usize, size: usize| {
        let bytes = head.get(at..at + size)?.iter();
        let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(match big {
            true => bytes.fold(0, fold),
            false => bytes.rev().fold(0, fold),
        })
    };
    // Offset of the table, size of its entries, and their number.
    let (table, size, count) = match head.get(..5) {
        Some(b"\x7fELF\x02") => (number(32, 8), number(54, 2), number(56, 2)),
        Some(b"\x7fELF\x01") => (number(28, 4), number(42, 2), number(44, 2)),
        _ => return Err(std::io::Error::other("it is no program")),
    };
    let (Some(table), Some(size), Some(count)) = (table, size, count) else {
        return Err(std::io::Error::other("its header is cut off"));
    };
    let mut kinds = (0..count).map(|i| {
        let at = usize::try_from(table.saturating_add(i * size)).unwrap_or(usize::MAX - 8);
        number(at, 4)
    });
    Ok(!kinds.any(|kind| kind == Some(INTERPRETER.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers_are_escaped() {
        let arm64 = emulation(Architecture::by_oci("arm64").unwrap(), Path::new("/qemu"));
        assert_eq!(
            arm64.magic,
            r"\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
        );
        assert_eq!(
            arm64.mask,
            r"\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff"
        );
        assert_eq!(arm64.cpu.as_deref(), Some("cortex-a72"));
    }

    #[test]
    fn this_machine_runs_its_own() {
        let own = Architecture::host().unwrap();
        assert_eq!(find(own.oci, None), Means::Native);
        assert_eq!(
            find("mips", None),
            Means::None("nothing is known that runs mips".to_owned())
        );
    }

    #[test]
    fn an_emulator_must_be_static() {
        let foreign = if env::consts::ARCH == "s390x" {
            "arm64"
        } else {
            "s390x"
        };
        let own = env::current_exe().unwrap();
        // The test executable itself needs a loader.
        assert_eq!(
            find(foreign, Some(&own)),
            Means::None(format!(
                "this machine does not run {foreign}, and {} is not static",
                own.display()
            ))
        );
        assert_eq!(
            find(foreign, Some(Path::new("/proc/version"))),
            Means::None("cannot read /proc/version: it is no program".to_owned())
        );
    }
}
