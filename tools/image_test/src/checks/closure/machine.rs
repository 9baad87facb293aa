//! The files that a loader accepts: those of its machine, class and byte order.

use std::fmt;

use ::elf::object::Endianness;
use ::elf::Header;
use arch::{Architecture, Elf, LoaderFlags};

/// Machine, class and byte order of an ELF file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Machine(Elf);

impl Machine {
    pub(crate) fn of(header: &Header) -> Self {
        Self(Elf {
            machine: header.machine.0,
            is_64_bit: header.wide,
            big_endian: header.endian == Endianness::Big,
        })
    }

    /// The machine of an architecture by its OCI name.
    pub(crate) fn of_architecture(oci: &str) -> Option<Self> {
        Architecture::by_oci(oci).map(|row| Self(row.elf))
    }

    fn row(&self) -> Option<&'static Architecture> {
        Architecture::by_elf(self.0)
    }

    /// The directory name that Debian's multiarch adds to paths.
    pub(crate) fn triplet(&self) -> Option<&'static str> {
        self.row().map(|row| row.triplet)
    }

    pub(crate) fn is_big_endian(&self) -> bool {
        self.0.big_endian
    }

    /// Whether glibc's loader for `other` ends the search when it finds a file for this machine (`open_verify` of
    /// `elf/dl-load.c`): the class is the same, and the byte order differs.
    pub(crate) fn is_fatal_for(&self, other: &Self) -> bool {
        self.0.is_64_bit == other.0.is_64_bit && self.0.big_endian != other.0.big_endian
    }

    /// The flags of the entries of `ld.so.cache` that glibc's loader uses. `None` if unknown: any entry may be used.
    pub(crate) fn cache_flags(&self) -> Option<&'static [u32]> {
        match self.row()?.loader_flags {
            LoaderFlags::Of(flags) => Some(flags),
            LoaderFlags::Unknown => None,
        }
    }

    /// The subdirectories of `glibc-hwcaps` that a processor may use, best first.
    pub(crate) fn levels(&self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.hwcaps)
    }
}

/// The OCI architecture name, if there is one.
impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = if self.0.is_64_bit { 64 } else { 32 };
        match self.row() {
            Some(row) => f.write_str(row.oci),
            None => write!(f, "machine {} of {bits} bits", self.0.machine),
        }
    }
}
