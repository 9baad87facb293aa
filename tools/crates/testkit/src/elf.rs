/// The class and byte order of an ELF file.
#[derive(Clone, Copy, Debug)]
pub enum Machine {
    /// 64 bits, little-endian, as amd64.
    Little64,
    /// 32 bits, little-endian, as armhf.
    Little32,
    /// 64 bits, big-endian, as s390x.
    Big64,
}

/// The layout of numbers in a file.
pub(crate) struct Layout {
    pub(crate) wide: bool,
    pub(crate) big: bool,
}

impl Layout {
    pub(crate) fn of(machine: Machine) -> Self {
        Self {
            wide: !matches!(machine, Machine::Little32),
            big: matches!(machine, Machine::Big64),
        }
    }

    fn number<const N: usize>(&self, mut bytes: [u8; N]) -> Vec<u8> {
        if self.big {
            bytes.reverse();
        }
        bytes.to_vec()
    }

    pub(crate) fn halves<const N: usize>(&self, values: [u16; N]) -> Vec<u8> {
        values
            .map(|value| self.number(value.to_le_bytes()))
            .concat()
    }

    pub(crate) fn words<const N: usize>(&self, values: [u32; N]) -> Vec<u8> {
        values
            .map(|value| self.number(value.to_le_bytes()))
            .concat()
    }

    /// The width of addresses, offsets and sizes depends on the class.
    pub(crate) fn addresses<const N: usize>(&self, values: [usize; N]) -> Vec<u8> {
        let one = |value: usize| {
            if self.wide {
                self.number((value as u64).to_le_bytes())
            } else {
                self.number((value as u32).to_le_bytes())
            }
        };
        values.map(one).concat()
    }
}

/// An ELF file that has only a section of read-only data (System V ABI, chapter 4).
pub fn elf(machine: Machine, rodata: &[u8]) -> Vec<u8> {
    const NAMES: &[u8] = b"\0.rodata\0.shstrtab\0";
    let layout = Layout::of(machine);
    let (header, section) = if layout.wide { (64, 64) } else { (52, 40) };
    let table = header + rodata.len() + NAMES.len();
    let mark = [1 + u8::from(layout.wide), 1 + u8::from(layout.big), 1];
    let sizes = [header as u16, 0, 0, section, 3, 2];
    let mut file = [b"\x7fELF".as_slice(), &mark, &[0; 9]].concat();
    // Type, machine, version; entry, program headers, section headers; flags; sizes and counts.
    file.extend([layout.halves([2, 62]), layout.words([1])].concat());
    file.extend([layout.addresses([0, 0, table]), layout.words([0])].concat());
    file.extend([layout.halves(sizes), rodata.to_vec(), NAMES.to_vec()].concat());
    let sections = [
        (0, 0, 0, 0),
        (1, 1, header, rodata.len()),
        (9, 3, header + rodata.len(), NAMES.len()),
    ];
    for (name, kind, offset, size) in sections {
        // Name, type; flags, address, offset, size; link, info; alignment, size of entries.
        file.extend(layout.words([name, kind]));
        file.extend(layout.addresses([0, 0, offset, size]));
        file.extend(layout.words([0, 0]));
        file.extend(layout.addresses([0, 0]));
    }
    file
}
