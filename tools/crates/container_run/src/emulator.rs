//! Determines how programs of an architecture run on this machine: natively, by the kernel's emulators, or by a static
//! qemu.

use std::env;
use std::fs::{self, File};
use std::io::{Error, Read};
use std::path::{Path, PathBuf};

use arch::Architecture;
use elf::object::elf::PT_INTERP;
use elf::Head;
use serde::{Deserialize, Serialize};

/// The part of a program in which its segments are listed.
const HEADER_BYTES: u64 = 64 * 1024;

/// How programs of an architecture run on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Execution {
    /// The processor or the kernel runs them.
    Native,
    /// This emulator runs them.
    Emulated(Emulator),
    /// They do not run, for this reason.
    Unavailable(String),
}

/// A static emulator of an architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emulator {
    /// The absolute path of the program.
    pub program: String,
    /// The processor to emulate, if it is not the emulator's default.
    pub cpu: Option<String>,
    /// The first bytes of programs of the architecture, escaped as `\x7f` for binfmt_misc.
    pub magic: String,
    /// A mask of the relevant bits of `magic`, in the same format.
    pub mask: String,
}

impl Execution {
    /// Determines how programs of an architecture (by its OCI name) run. `emulator` is a program that must be used;
    /// without it, `qemu-ARCH-static` and `qemu-ARCH` are searched in `$PATH`.
    pub fn of(architecture: &str, emulator: Option<&Path>) -> Self {
        let Some(row) = Architecture::by_oci(architecture) else {
            return Self::Unavailable(format!("unknown architecture `{architecture}`"));
        };
        let is_386_on_amd64 = row.oci == "386" && env::consts::ARCH == "x86_64";
        if row.rust == env::consts::ARCH || is_386_on_amd64 {
            return Self::Native;
        }
        if emulator.is_none() && is_registered(row.qemu) {
            return Self::Native;
        }
        let names = [
            format!("qemu-{}-static", row.qemu),
            format!("qemu-{}", row.qemu),
        ];
        let found = match emulator {
            Some(path) => Some(path.to_owned()),
            None => names.iter().find_map(|name| in_path(name)),
        };
        let Some(program) = found else {
            return Self::Unavailable(format!(
                "this machine does not run {architecture}, and neither {} nor {} is in $PATH",
                names[0], names[1]
            ));
        };
        match is_static(&program) {
            Ok(true) => Self::Emulated(Emulator::new(row, &program)),
            Ok(false) => Self::Unavailable(format!(
                "this machine does not run {architecture}, and {} is not static",
                program.display()
            )),
            Err(error) => Self::Unavailable(format!("cannot read {}: {error}", program.display())),
        }
    }
}

/// Whether the kernel runs programs of an architecture with an emulator that it has already opened (flag F). It would
/// look up other emulators by path, and they do not exist in the root of a container.
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
    let mut files = env::split_paths(&path).map(|directory| directory.join(name));
    files
        .find(|file| file.is_file())
        .and_then(|file| fs::canonicalize(file).ok())
}

impl Emulator {
    fn new(row: &Architecture, program: &Path) -> Self {
        let (magic, mask) = row.elf.magic();
        let escaped = |bytes: [u8; 20]| bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        let program = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
        Self {
            program: program.display().to_string(),
            cpu: row.qemu_cpu.map(str::to_owned),
            magic: escaped(magic),
            mask: escaped(mask),
        }
    }
}

/// Whether a program needs no loader: it has no segment of type `PT_INTERP` (System V ABI, chapter 5).
fn is_static(program: &Path) -> std::io::Result<bool> {
    let file = File::open(program)?;
    let mut head = Head::new(file.metadata()?.len());
    let mut start = Vec::new();
    file.take(HEADER_BYTES).read_to_end(&mut start)?;
    head.feed(&start);
    if !head.is_elf() {
        return Err(Error::other("not a program"));
    }
    let file = elf::File::parse(&head).map_err(|_| Error::other("its ELF header is damaged"))?;
    let mut segments = file.segments().iter();
    Ok(!segments.any(|segment| segment.kind == PT_INTERP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers_are_escaped() {
        let arm64 = Emulator::new(Architecture::by_oci("arm64").unwrap(), Path::new("/qemu"));
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
        assert_eq!(Execution::of(own.oci, None), Execution::Native);
        assert_eq!(
            Execution::of("mips", None),
            Execution::Unavailable("unknown architecture `mips`".to_owned())
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
            Execution::of(foreign, Some(&own)),
            Execution::Unavailable(format!(
                "this machine does not run {foreign}, and {} is not static",
                own.display()
            ))
        );
        assert_eq!(
            Execution::of(foreign, Some(Path::new("/proc/version"))),
            Execution::Unavailable("cannot read /proc/version: not a program".to_owned())
        );
    }
}
