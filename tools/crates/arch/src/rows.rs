//! The rows of the table.

use crate::{Architecture, CacheAbi, Elf, LoaderFlags};

/// All architectures: first those of images, then those that only checks have to know.
///
/// `qemu_cpu` of arm64: Debian 13 signs pointers if the processor can, and emulating that takes ten times as long as
/// everything else; Cortex-A72 is the oldest processor that Debian supports and cannot.
pub static ARCHITECTURES: [Architecture; 11] = [
    Architecture {
        aliases: &["x86_64"],
        cache: &[CacheAbi::only(0x0300)],
        loader_flags: LoaderFlags::Of(&[0x303]),
        hwcaps: &["x86-64-v4", "x86-64-v3", "x86-64-v2"],
        ..row("amd64", "amd64", "x86_64-linux-gnu", "x86_64", elf(62, 64))
    },
    Architecture {
        variant: "v8",
        qemu_cpu: Some("cortex-a72"),
        aliases: &["aarch64"],
        cache: &[CacheAbi::only(0x0a00)],
        loader_flags: LoaderFlags::Of(&[0xa03]),
        ..row(
            "arm64",
            "arm64",
            "aarch64-linux-gnu",
            "aarch64",
            elf(183, 64),
        )
    },
    Architecture {
        variant: "v7",
        aliases: &["armhf", "armv7", "armv7l"],
        // EF_ARM_EABI_VER5 with EF_ARM_ABI_FLOAT_HARD, or with EF_ARM_ABI_FLOAT_SOFT.
        cache: &[
            CacheAbi::of(0xff00_0400, 0x0500_0400, 0x0900),
            CacheAbi::of(0xff00_0200, 0x0500_0200, 0x0b00),
        ],
        loader_flags: LoaderFlags::Of(&[0x903, 0x3]),
        ..row("arm", "armhf", "arm-linux-gnueabihf", "arm", elf(40, 32))
    },
    Architecture {
        cache: &[CacheAbi::only(0x0400)],
        loader_flags: LoaderFlags::Of(&[0x403]),
        hwcaps: &["z16", "z15", "z14", "z13"],
        ..row(
            "s390x",
            "s390x",
            "s390x-linux-gnu",
            "s390x",
            big_endian(elf(22, 64)),
        )
    },
    Architecture {
        rust: "powerpc64",
        qemu: "ppc64le",
        aliases: &["powerpc64le", "ppc", "ppc64el"],
        cache: &[CacheAbi::only(0x0500)],
        loader_flags: LoaderFlags::Of(&[0x503]),
        hwcaps: &["power10", "power9"],
        ..row(
            "ppc64le",
            "ppc64el",
            "powerpc64le-linux-gnu",
            "",
            elf(21, 64),
        )
    },
    Architecture {
        // EF_RISCV_FLOAT_ABI: double, or soft.
        cache: &[
            CacheAbi::of(0x6, 0x4, 0x1000),
            CacheAbi::of(0x6, 0x0, 0x0f00),
        ],
        loader_flags: LoaderFlags::Of(&[0x1003]),
        ..row(
            "riscv64",
            "riscv64",
            "riscv64-linux-gnu",
            "riscv64",
            elf(243, 64),
        )
    },
    Architecture {
        aliases: &["loongarch64"],
        // EF_LARCH_ABI_MODIFIER_MASK: double float, or soft.
        cache: &[
            CacheAbi::of(0x7, 0x3, 0x1200),
            CacheAbi::of(0x7, 0x1, 0x1100),
        ],
        loader_flags: LoaderFlags::Of(&[0x1203]),
        images: false,
        ..row(
            "loong64",
            "loong64",
            "loongarch64-linux-gnu",
            "loongarch64",
            elf(258, 64),
        )
    },
    Architecture {
        rust: "x86",
        loader_flags: LoaderFlags::Of(&[0x3, 0x1]),
        images: false,
        ..row("386", "i386", "i386-linux-gnu", "i386", elf(3, 32))
    },
    Architecture {
        images: false,
        ..row(
            "mips64le",
            "mips64el",
            "mips64el-linux-gnuabi64",
            "mips64el",
            elf(8, 64),
        )
    },
    Architecture {
        images: false,
        ..row("mipsle", "mipsel", "mipsel-linux-gnu", "mipsel", elf(8, 32))
    },
    // x86-64 with pointers of 32 bits: OCI has no name for it, Debian's is used.
    Architecture {
        rust: "",
        loader_flags: LoaderFlags::Of(&[0x803]),
        images: false,
        ..row("x32", "x32", "x86_64-linux-gnux32", "x86_64", elf(62, 32))
    },
];

/// A row with the values that most rows have. `machine` is the name in Rust and in qemu's programs.
const fn row(
    oci: &'static str,
    debian: &'static str,
    triplet: &'static str,
    machine: &'static str,
    elf: Elf,
) -> Architecture {
    Architecture {
        oci,
        variant: "",
        debian,
        triplet,
        rust: machine,
        qemu: machine,
        qemu_cpu: None,
        aliases: &[],
        images: true,
        elf,
        cache: &[],
        loader_flags: LoaderFlags::Unknown,
        hwcaps: &[],
    }
}

/// The kind of ELF files with the lowest byte first. `machine` is `e_machine`.
const fn elf(machine: u16, bits: u32) -> Elf {
    Elf {
        machine,
        is_64_bit: bits == 64,
        big_endian: false,
    }
}

const fn big_endian(elf: Elf) -> Elf {
    Elf {
        big_endian: true,
        ..elf
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names = BTreeSet::new();
        for row in &ARCHITECTURES {
            for name in std::iter::once(&row.oci).chain(row.aliases) {
                assert!(names.insert(*name), "{name}");
            }
        }
        let triplets: BTreeSet<_> = ARCHITECTURES.iter().map(|row| row.triplet).collect();
        assert_eq!(triplets.len(), ARCHITECTURES.len());
        assert!(ARCHITECTURES
            .iter()
            .all(|row| Architecture::by_elf(row.elf) == Some(row)));
    }

    #[test]
    fn an_alias_is_found() {
        let oci = |name| Architecture::by_any_name(name).map(|row| row.oci);
        assert_eq!(oci("aarch64"), Some("arm64"));
        assert_eq!(oci("arm64"), Some("arm64"));
        assert_eq!(oci("sparc"), None);
        assert_eq!(Architecture::by_oci("aarch64"), None);
    }

    #[test]
    fn this_machine_has_a_row() {
        assert_eq!(
            Architecture::host().map(|row| row.rust),
            Some(std::env::consts::ARCH)
        );
    }

    #[test]
    fn magic_numbers() {
        let magic = |oci| {
            Architecture::by_oci(oci)
                .map(|row| row.elf.magic())
                .unwrap()
        };
        let mut arm64 = *b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xb7\0";
        let mut mask = *b"\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\xfe\xff\xff\xff";
        assert_eq!(magic("arm64"), (arm64, mask));
        // Big-endian: the two halves are swapped.
        arm64[5] = 2;
        arm64[16..].copy_from_slice(&[0, 2, 0, 22]);
        mask[16..].copy_from_slice(&[0xff, 0xfe, 0xff, 0xff]);
        assert_eq!(magic("s390x"), (arm64, mask));
    }
}
