//! Which files a loader takes for its own: those of its machine, class and byte order.

use std::fmt;

use ::elf::object::elf::{
    self, EM_386, EM_AARCH64, EM_ARM, EM_MIPS, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64,
};
use ::elf::object::Endianness;
use ::elf::Header;

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
    pub(crate) fn of(header: &Header) -> Self {
        Self {
            number: header.machine,
            wide: header.wide,
            big_endian: header.endian == Endianness::Big,
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

    /// Whether glibc's loader gives up where it finds the other's file in place of its own, and does not look further
    /// (`open_verify` of `elf/dl-load.c`): the bits are the same, the order of bytes is not.
    pub(crate) fn is_fatal_for(&self, other: &Self) -> bool {
        self.wide == other.wide && self.big_endian != other.big_endian
    }

    /// The flags of entries of the cache that glibc takes (`_DL_CACHE_DEFAULT_ID` of each `dl-cache.h`); `None` where they are not
    /// known here, and all are taken.
    pub(crate) fn cache_flags(&self) -> Option<&'static [u32]> {
        Some(match self.known()?.0 {
            "amd64" => &[0x303],
            "x32" => &[0x803],
            "arm64" => &[0xa03],
            "arm" => &[0x903, 0x3],
            "386" => &[0x3, 0x1],
            "ppc64le" => &[0x503],
            "riscv64" => &[0x1003],
            "s390x" => &[0x403],
            _ => return None,
        })
    }

    /// The names below `glibc-hwcaps` that a processor may have, the best first (`dl-hwcaps_subdirs.c` of each processor): one
    /// that has the first has the others too.
    pub(crate) fn levels(&self) -> &'static [&'static str] {
        match self.known().map_or("", |(name, _)| name) {
            "amd64" => &["x86-64-v4", "x86-64-v3", "x86-64-v2"],
            "ppc64le" => &["power10", "power9"],
            "s390x" => &["z16", "z15", "z14", "z13"],
            _ => &[],
        }
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
