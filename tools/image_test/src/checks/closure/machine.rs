//! Which files a loader takes for its own: those of its machine, class and byte order.

use std::fmt;

use object::elf::{
    self, EM_386, EM_AARCH64, EM_ARM, EM_MIPS, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64,
};
use object::read::elf::FileHeader;
use object::Endianness;

/// What an ELF file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Machine {
    number: elf::Machine,
    wide: bool,
    big_endian: bool,
}

/// OCI's name, Debian's triplet, machine, 64 bits, highest byte first.
const KNOWN: [(&str, &str, elf::Machine, bool, bool); 10] = [
    ("amd64", "x86_64-linux-gnu", EM_X86_64, true, false),
    ("arm64", "aarch64-linux-gnu", EM_AARCH64, true, false),
    ("arm", "arm-linux-gnueabihf", EM_ARM, false, false),
    ("386", "i386-linux-gnu", EM_386, false, false),
    ("ppc64le", "powerpc64le-linux-gnu", EM_PPC64, true, false),
    ("riscv64", "riscv64-linux-gnu", EM_RISCV, true, false),
    ("s390x", "s390x-linux-gnu", EM_S390, true, true),
    ("mips64le", "mips64el-linux-gnuabi64", EM_MIPS, true, false),
    ("mipsle", "mipsel-linux-gnu", EM_MIPS, false, false),
    ("x32", "x86_64-linux-gnux32", EM_X86_64, false, false),
];

impl Machine {
    pub(crate) fn of<F: FileHeader<Endian = Endianness>>(header: &F, endian: Endianness) -> Self {
        Self {
            number: header.e_machine(endian),
            wide: header.is_type_64(),
            big_endian: endian == Endianness::Big,
        }
    }

    /// That of an architecture by OCI's name.
    pub(crate) fn of_architecture(oci: &str) -> Option<Self> {
        let known = KNOWN.iter().find(|(name, ..)| *name == oci)?;
        let (_, _, number, wide, big_endian) = *known;
        Some(Self {
            number,
            wide,
            big_endian,
        })
    }

    fn known(&self) -> Option<(&'static str, &'static str)> {
        let known = KNOWN.iter().find(|(_, _, number, wide, big_endian)| {
            (*number, *wide, *big_endian) == (self.number, self.wide, self.big_endian)
        });
        known.map(|(name, triplet, ..)| (*name, *triplet))
    }

    /// The part of paths that Debian's multiarch adds.
    pub(crate) fn triplet(&self) -> Option<&'static str> {
        self.known().map(|(_, triplet)| triplet)
    }

    pub(crate) fn is_big_endian(&self) -> bool {
        self.big_endian
    }
}

/// OCI's name where there is one.
impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = if self.wide { 64 } else { 32 };
        match self.known() {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "machine {} of {bits} bits", self.number.0),
        }
    }
}
