//! Processor architectures: one row for each, with its names in OCI, Debian, GNU, Rust and qemu, and its kind of ELF
//! file.
//!
//! To add an architecture, add a row to `rows.rs` and one to `rules/private/architectures.bzl`. A test compares the
//! two.

mod elf;
mod rows;

pub use elf::{CacheAbi, Elf, LoaderFlags};
pub use rows::ARCHITECTURES;

/// One architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// The name in OCI documents: a value of Go's `GOARCH`
    /// (<https://github.com/opencontainers/image-spec/blob/main/image-index.md>, `platform.architecture`).
    pub oci: &'static str,
    /// OCI's variant of the processors that Debian's port is for (`platform.variant`); empty if there is only one.
    pub variant: &'static str,
    /// Debian's name (`dpkg-architecture`, `DEB_HOST_ARCH`).
    pub debian: &'static str,
    /// The multiarch directory name (`DEB_HOST_MULTIARCH`, <https://wiki.debian.org/Multiarch/Tuples>).
    pub triplet: &'static str,
    /// The name in Rust (`std::env::consts::ARCH`).
    pub rust: &'static str,
    /// The name in qemu's programs, as in `qemu-aarch64`.
    pub qemu: &'static str,
    /// The processor that qemu emulates (`-cpu`) instead of its default; see [`ARCHITECTURES`].
    pub qemu_cpu: Option<&'static str>,
    /// Other names that people use, for hints of error messages.
    pub aliases: &'static [&'static str],
    /// Whether images are built for it.
    pub images: bool,
    /// The kind of its ELF files.
    pub elf: Elf,
    /// How glibc's `ldconfig` marks its libraries in `ld.so.cache`; see [`Architecture::cache_abi`].
    pub cache: &'static [CacheAbi],
    /// Which entries of `ld.so.cache` glibc's loader uses.
    pub loader_flags: LoaderFlags,
    /// The directories below `glibc-hwcaps` that glibc knows, best first
    /// (`sysdeps/*/dl-hwcaps-subdirs.c`). A processor that supports one supports those after it.
    pub hwcaps: &'static [&'static str],
}

impl Architecture {
    /// The architecture with this OCI name.
    pub fn by_oci(name: &str) -> Option<&'static Self> {
        ARCHITECTURES.iter().find(|row| row.oci == name)
    }

    /// The architecture with this OCI name or another common name, such as `aarch64`.
    pub fn by_any_name(name: &str) -> Option<&'static Self> {
        let alias = |row: &&Self| row.aliases.contains(&name);
        Self::by_oci(name).or_else(|| ARCHITECTURES.iter().find(alias))
    }

    /// The architecture of ELF files of this kind.
    pub fn by_elf(elf: Elf) -> Option<&'static Self> {
        ARCHITECTURES.iter().find(|row| row.elf == elf)
    }

    /// The architectures that images are built for, in the order of the rows.
    pub fn of_images() -> impl Iterator<Item = &'static Self> {
        ARCHITECTURES.iter().filter(|row| row.images)
    }

    /// The architecture that this program runs on.
    pub fn host() -> Option<&'static Self> {
        let same = |row: &&Self| row.rust == std::env::consts::ARCH;
        ARCHITECTURES.iter().find(same)
    }

    /// How `ldconfig` marks a library whose ELF header has these flags (`e_flags`). `None` if the header does not
    /// identify an ABI.
    pub fn cache_abi(&self, e_flags: u32) -> Option<&'static CacheAbi> {
        self.cache.iter().find(|abi| abi.fits(e_flags))
    }
}
