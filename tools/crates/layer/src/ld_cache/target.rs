//! What depends on the architecture: folders, flags and byte order.

use ::elf::object::elf::{
    Machine, EF_ARM_ABI_FLOAT_HARD, EF_ARM_ABI_FLOAT_SOFT, EF_ARM_EABIMASK, EF_ARM_EABI_VER5,
    EF_RISCV_FLOAT_ABI, EF_RISCV_FLOAT_ABI_DOUBLE, EF_RISCV_FLOAT_ABI_SOFT, EM_386, EM_AARCH64,
    EM_ARM, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64,
};
use blob::{Error, Result};

/// glibc's `FLAG_ELF` and `FLAG_ELF_LIBC6` (`sysdeps/generic/ldconfig.h`).
pub(crate) const ELF: u32 = 1;
pub(crate) const LIBC6: u32 = 3;

/// An architecture of Debian, seen by its ldconfig.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// OCI's name.
    pub(crate) oci: &'static str,
    /// Debian's name.
    pub(crate) debian: &'static str,
    /// The part of paths that multiarch adds.
    pub(crate) triplet: &'static str,
    /// The `e_machine` of its libraries.
    machine: Machine,
    /// Whether its libraries are 64-bit ELF files.
    wide: bool,
    /// Whether its numbers begin with the highest byte.
    pub(crate) big_endian: bool,
}

const TARGETS: [Target; 6] = [
    little("amd64", "amd64", "x86_64-linux-gnu", EM_X86_64, true),
    little("arm64", "arm64", "aarch64-linux-gnu", EM_AARCH64, true),
    little("arm", "armhf", "arm-linux-gnueabihf", EM_ARM, false),
    little(
        "ppc64le",
        "ppc64el",
        "powerpc64le-linux-gnu",
        EM_PPC64,
        true,
    ),
    little("riscv64", "riscv64", "riscv64-linux-gnu", EM_RISCV, true),
    Target {
        big_endian: true,
        ..little("s390x", "s390x", "s390x-linux-gnu", EM_S390, true)
    },
];

const fn little(
    oci: &'static str,
    debian: &'static str,
    triplet: &'static str,
    machine: Machine,
    wide: bool,
) -> Target {
    Target {
        oci,
        debian,
        triplet,
        machine,
        wide,
        big_endian: false,
    }
}

impl Target {
    /// The architecture of this OCI name.
    pub(crate) fn find(oci: &str) -> Result<Self> {
        let found = TARGETS.into_iter().find(|target| target.oci == oci);
        found.ok_or_else(|| {
            let known = TARGETS.map(|target| target.oci).join(", ");
            Error::cannot("use", oci, "no architecture has this name").hint(format!("use {known}"))
        })
    }

    /// The folders that Debian's ldconfig searches after those of `ld.so.conf`, in their order: `SLIBDIR` and `LIBDIR` of
    /// a multiarch build, then those without a triplet.
    pub(crate) fn folders(&self) -> [String; 4] {
        let triplet = self.triplet;
        [
            format!("/lib/{triplet}"),
            format!("/usr/lib/{triplet}"),
            "/lib".to_owned(),
            "/usr/lib".to_owned(),
        ]
    }

    /// The flags of a library by its header, or `None` where the names of what it needs decide
    /// (`readelflib.c` of each architecture, `FLAG_*` of `ldconfig.h`).
    pub(crate) fn flags(&self, header: Header) -> std::result::Result<Option<u32>, String> {
        if (header.machine, header.wide) != (self.machine, self.wide) {
            let bits = if header.wide { 64 } else { 32 };
            let machine = machine_name(header.machine);
            return Err(format!(
                "it is for {machine} of {bits} bits, not for {}",
                self.oci
            ));
        }
        let abi = match self.machine {
            EM_X86_64 => 0x0300,
            EM_S390 => 0x0400,
            EM_PPC64 => 0x0500,
            EM_AARCH64 => 0x0a00,
            EM_ARM => match arm_abi(header.flags) {
                Some(abi) => abi,
                None => return Ok(None),
            },
            EM_RISCV => match header.flags & EF_RISCV_FLOAT_ABI {
                abi if abi == EF_RISCV_FLOAT_ABI_DOUBLE.0 => 0x1000,
                abi if abi == EF_RISCV_FLOAT_ABI_SOFT.0 => 0x0f00,
                _ => return Err("its float ABI is neither soft nor double".to_owned()),
            },
            _ => return Ok(None),
        };
        Ok(Some(abi | LIBC6))
    }

    /// Whether files may say which level of the x86-64 instruction set they need.
    pub(crate) fn has_isa_levels(&self) -> bool {
        self.machine == EM_X86_64
    }
}

/// What the header of an ELF file says of the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) machine: Machine,
    pub(crate) wide: bool,
    pub(crate) flags: u32,
}

fn arm_abi(flags: u32) -> Option<u32> {
    match flags & EF_ARM_EABIMASK == EF_ARM_EABI_VER5.0 {
        true if flags & EF_ARM_ABI_FLOAT_HARD != 0 => Some(0x0900),
        true if flags & EF_ARM_ABI_FLOAT_SOFT != 0 => Some(0x0b00),
        _ => None,
    }
}

fn machine_name(machine: Machine) -> String {
    let known = TARGETS.iter().find(|target| target.machine == machine);
    match known {
        Some(target) => target.oci.to_owned(),
        None if machine == EM_386 => "386".to_owned(),
        None => format!("machine {}", machine.0),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            Target::find("armhf").unwrap_err().to_string(),
            "cannot use `armhf`: no architecture has this name\nhint: use amd64, arm64, arm, ppc64le, riscv64, s390x"
        );
    }
}
