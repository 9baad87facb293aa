//! Differences between architectures: directories, flags and byte order.

use ::elf::object::elf::{Machine, EM_ARM, EM_X86_64};
use arch::{Architecture, ARCHITECTURES};
use blob::{Error, Result};

/// glibc's `FLAG_ELF` and `FLAG_ELF_LIBC6` (`sysdeps/generic/ldconfig.h`).
pub(crate) const ELF: u32 = 1;
pub(crate) const LIBC6: u32 = 3;

/// A Debian architecture, with the properties that ldconfig uses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target(&'static Architecture);

impl Target {
    /// The architecture with this OCI name.
    pub(crate) fn find(oci: &str) -> Result<Self> {
        let mut rows = Architecture::of_images();
        rows.find(|row| row.oci == oci).map(Self).ok_or_else(|| {
            let known: Vec<_> = Architecture::of_images().map(|row| row.oci).collect();
            Error::cannot("use", oci, "no architecture has this name")
                .hint(format!("use {}", known.join(", ")))
        })
    }

    /// Debian's name of the architecture.
    pub(crate) fn debian(&self) -> &'static str {
        self.0.debian
    }

    /// Whether the byte order is big-endian.
    pub(crate) fn big_endian(&self) -> bool {
        self.0.elf.big_endian
    }

    /// The directories that Debian's ldconfig searches after those of `ld.so.conf`, in their order: `SLIBDIR` and
    /// `LIBDIR` of a multiarch build, then those without a triplet.
    pub(crate) fn directories(&self) -> [String; 4] {
        let triplet = self.0.triplet;
        [
            format!("/lib/{triplet}"),
            format!("/usr/lib/{triplet}"),
            "/lib".to_owned(),
            "/usr/lib".to_owned(),
        ]
    }

    /// The flags of a library by its header, or `None` if the names of the libraries that it needs decide
    /// (`readelflib.c` of each architecture, `FLAG_*` of `ldconfig.h`).
    pub(crate) fn flags(&self, header: Header) -> std::result::Result<Option<u32>, String> {
        let elf = self.0.elf;
        if (header.machine.0, header.wide) != (elf.machine, elf.is_64_bit) {
            let bits = if header.wide { 64 } else { 32 };
            let machine = machine_name(header.machine);
            return Err(format!(
                "it is for {machine} of {bits} bits, not for {}",
                self.0.oci
            ));
        }
        match self.0.cache_abi(header.flags) {
            Some(abi) => Ok(Some(abi.flags | LIBC6)),
            None if header.machine == EM_ARM => Ok(None),
            None => Err("its float ABI is neither soft nor double".to_owned()),
        }
    }

    /// Whether libraries may declare a required level of the x86-64 instruction set.
    pub(crate) fn has_isa_levels(&self) -> bool {
        self.0.elf.machine == EM_X86_64.0
    }
}

/// The fields of an ELF header that identify the architecture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) machine: Machine,
    pub(crate) wide: bool,
    pub(crate) flags: u32,
}

/// The name of the first architecture with this machine number, of any class and byte order.
fn machine_name(machine: Machine) -> String {
    let row = ARCHITECTURES
        .iter()
        .find(|row| row.elf.machine == machine.0);
    row.map_or_else(
        || format!("machine {}", machine.0),
        |row| row.oci.to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use ::elf::object::elf::{EM_386, EM_AARCH64, EM_PPC64, EM_RISCV, EM_S390};

    use super::*;

    #[test]
    fn flags_of_each_architecture() {
        for (oci, machine, flags, expected) in [
            ("amd64", EM_X86_64, 0, Some(0x0303)),
            ("arm64", EM_AARCH64, 0, Some(0x0a03)),
            ("arm", EM_ARM, 0x0500_0400, Some(0x0903)),
            ("arm", EM_ARM, 0x0500_0200, Some(0x0b03)),
            ("arm", EM_ARM, 0x0500_0000, None),
            ("ppc64le", EM_PPC64, 2, Some(0x0503)),
            ("riscv64", EM_RISCV, 5, Some(0x1003)),
            ("riscv64", EM_RISCV, 1, Some(0x0f03)),
            ("s390x", EM_S390, 0, Some(0x0403)),
        ] {
            let wide = oci != "arm";
            let header = Header {
                machine,
                wide,
                flags,
            };
            assert_eq!(
                Target::find(oci).unwrap().flags(header),
                Ok(expected),
                "{oci}"
            );
        }
    }

    #[test]
    fn other_machines() {
        let target = Target::find("amd64").unwrap();
        for (machine, wide, cause) in [
            (EM_386, false, "it is for 386 of 32 bits, not for amd64"),
            (
                EM_X86_64,
                false,
                "it is for amd64 of 32 bits, not for amd64",
            ),
            (
                EM_AARCH64,
                true,
                "it is for arm64 of 64 bits, not for amd64",
            ),
        ] {
            let header = Header {
                machine,
                wide,
                flags: 0,
            };
            assert_eq!(target.flags(header), Err(cause.to_owned()));
        }
    }

    #[test]
    fn names_that_are_not_oci_s() {
        let known: Vec<_> = Architecture::of_images().map(|row| row.oci).collect();
        let message = format!(
            "cannot use `armhf`: no architecture has this name\nhint: use {}",
            known.join(", ")
        );
        assert_eq!(Target::find("armhf").unwrap_err().to_string(), message);
    }
}
