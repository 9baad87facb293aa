//! Which images this machine runs, and by what: itself, the kernel's emulators, or a static qemu.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::job::Emulation;

/// How programs of an architecture run here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// As they are.
    Native,
    /// Through an emulator.
    Emulated(Emulation),
    /// Not at all: why.
    None(String),
}

/// An architecture: OCI's name, Rust's, qemu's, whether it is wide, whether its bytes are big-endian first, and its number in ELF
/// files (`e_machine`).
struct Machine(&'static str, &'static str, &'static str, bool, bool, u16);

const MACHINES: [Machine; 8] = [
    Machine("386", "x86", "i386", false, false, 3),
    Machine("amd64", "x86_64", "x86_64", true, false, 62),
    Machine("arm", "arm", "arm", false, false, 40),
    Machine("arm64", "aarch64", "aarch64", true, false, 183),
    Machine("ppc64le", "powerpc64", "ppc64le", true, false, 21),
    Machine("riscv64", "riscv64", "riscv64", true, false, 243),
    Machine("s390x", "s390x", "s390x", true, true, 22),
    Machine("loong64", "loongarch64", "loongarch64", true, false, 258),
];

/// Looks for what runs an architecture (OCI's name). `given` is an emulator that must be taken.
pub(super) fn find(architecture: &str, given: Option<&Path>) -> Means {
    let native = |machine: &Machine| machine.1 == env::consts::ARCH;
    let Some(machine) = MACHINES.iter().find(|machine| machine.0 == architecture) else {
        return Means::None(format!("nothing is known that runs {architecture}"));
    };
    let both = machine.0 == "386" && env::consts::ARCH == "x86_64";
    if native(machine) || both {
        return Means::Native;
    }
    if given.is_none() && is_registered(machine.2) {
        return Means::Native;
    }
    let names = [
        format!("qemu-{}-static", machine.2),
        format!("qemu-{}", machine.2),
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

/// Whether the kernel starts programs of an architecture through an emulator that it has opened already (flag F): one that it
/// looks up by its path is not in the root of a test.
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

fn emulation(machine: &Machine, program: &Path) -> Emulation {
    // The oldest machine that Debian is for, where that is not what qemu takes: Debian 13 signs the pointers of arm64 where it
    // can, and emulated that takes ten times as long as all the rest.
    let cpu = match machine.0 {
        "arm64" => Some("cortex-a72".to_owned()),
        _ => None,
    };
    let (magic, mask) = magic(machine);
    Emulation {
        program: fs::canonicalize(program)
            .unwrap_or_else(|_| program.to_owned())
            .display()
            .to_string(),
        cpu,
        magic,
        mask,
    }
}

/// How an ELF file of an architecture begins (System V ABI, "ELF Header"): executables (2) and shared objects (3).
fn magic(machine: &Machine) -> (String, String) {
    let Machine(.., wide, big, number) = machine;
    let half = |value: u16| match big {
        true => value.to_be_bytes(),
        false => value.to_le_bytes(),
    };
    let mut magic = vec![
        0x7f,
        b'E',
        b'L',
        b'F',
        1 + u8::from(*wide),
        1 + u8::from(*big),
        1,
    ];
    let mut mask = vec![0xff; 7];
    // The operating system's number and what pads the header may be any.
    magic.extend([0; 9]);
    mask.extend([0; 9]);
    magic.extend(half(2));
    mask.extend(half(0xfffe));
    magic.extend(half(*number));
    mask.extend([0xff; 2]);
    let escaped = |bytes: &[u8]| bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    (escaped(&magic), escaped(&mask))
}

/// Whether a program needs no loader: none of its program headers names one (System V ABI, `PT_INTERP`).
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
    // Where the table begins, how long its entries are, and how many there are.
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
    fn how_programs_begin() {
        let of = |name: &str| magic(MACHINES.iter().find(|m| m.0 == name).unwrap());
        let (arm64, mask) = of("arm64");
        assert_eq!(
            arm64,
            r"\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
        );
        assert_eq!(
            mask,
            r"\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff"
        );
        let (s390x, mask) = of("s390x");
        assert!(s390x.ends_with(r"\x00\x02\x00\x16") && mask.ends_with(r"\xff\xfe\xff\xff"));
        assert!(of("arm").0.starts_with(r"\x7f\x45\x4c\x46\x01\x01\x01\x00"));
    }

    #[test]
    fn this_machine_runs_its_own() {
        let own = MACHINES.iter().find(|m| m.1 == env::consts::ARCH).unwrap();
        assert_eq!(find(own.0, None), Means::Native);
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
        // The test itself needs a loader.
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
