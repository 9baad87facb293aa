//! The properties of ELF files that depend on the architecture.

/// The kind of ELF files of an architecture (System V ABI, chapter 4, "ELF Header").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Elf {
    /// `e_machine`.
    pub machine: u16,
    /// Whether the class is ELFCLASS64; else it is ELFCLASS32.
    pub is_64_bit: bool,
    /// Whether the data encoding is ELFDATA2MSB; else it is ELFDATA2LSB.
    pub big_endian: bool,
}

impl Elf {
    /// The first 20 bytes of executables and shared objects, and a mask of the significant bits, in the form of the
    /// kernel's `binfmt_misc` (<https://docs.kernel.org/admin-guide/binfmt-misc.html>).
    pub fn magic(&self) -> ([u8; 20], [u8; 20]) {
        let half = |value: u16| {
            if self.big_endian {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let (class, data) = (1 + u8::from(self.is_64_bit), 1 + u8::from(self.big_endian));
        let mut magic = [0; 20];
        magic[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, data, 1]);
        // e_type: ET_EXEC (2) or ET_DYN (3).
        magic[16..18].copy_from_slice(&half(2));
        magic[18..].copy_from_slice(&half(self.machine));
        let mut mask = [0xff; 20];
        // EI_OSABI, EI_ABIVERSION and the padding may have any value.
        mask[7..16].fill(0);
        mask[16..18].copy_from_slice(&half(0xfffe));
        (magic, mask)
    }
}

/// One ABI of an architecture, as `ldconfig` recognizes it (`process_elf_file` of glibc's `sysdeps/*/readelflib.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheAbi {
    /// The bits of `e_flags` that identify the ABI.
    pub mask: u32,
    /// The value of these bits.
    pub value: u32,
    /// The flags of the entry in `ld.so.cache` (`FLAG_*` of glibc's `sysdeps/generic/ldconfig.h`), without
    /// `FLAG_ELF_LIBC6`.
    pub flags: u32,
}

impl CacheAbi {
    /// An architecture that has a single ABI.
    pub(crate) const fn only(flags: u32) -> Self {
        Self {
            mask: 0,
            value: 0,
            flags,
        }
    }

    pub(crate) const fn of(mask: u32, value: u32, flags: u32) -> Self {
        Self { mask, value, flags }
    }

    pub(crate) fn fits(&self, e_flags: u32) -> bool {
        e_flags & self.mask == self.value
    }
}

/// The flags of the entries of `ld.so.cache` that glibc's loader uses (`_DL_CACHE_DEFAULT_ID` of
/// `sysdeps/*/dl-cache.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoaderFlags {
    /// Entries with one of these flags.
    Of(&'static [u32]),
    /// The flags are not known here, so a check has to accept every entry.
    Unknown,
}
