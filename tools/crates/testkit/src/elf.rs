/// The kind of machine that an ELF file is for.
#[derive(Clone, Copy, Debug)]
pub enum Machine {
    /// 64 bits, lowest byte first, as amd64.
    Little64,
    /// 32 bits, lowest byte first, as armhf.
    Little32,
    /// 64 bits, highest byte first, as s390x.
    Big64,
}

/// An ELF file with nothing but a section of read-only data (System V ABI, chapter 4).
pub fn elf(machine: Machine, rodata: &[u8]) -> Vec<u8> {
    const NAMES: &[u8] = b"\0.rodata\0.shstrtab\0";
    let (wide, big, header, section) = match machine {
        Machine::Little64 => (true, false, 64, 64),
        Machine::Little32 => (false, false, 52, 40),
        Machine::Big64 => (true, true, 64, 64),
    };
    let half = |value: u16| order(value.to_le_bytes().to_vec(), big);
    let word = |value: u32| order(value.to_le_bytes().to_vec(), big);
    let address = |value: usize| match wide {
        true => order((value as u64).to_le_bytes().to_vec(), big),
        false => word(value as u32),
    };
    let table = header + rodata.len() + NAMES.len();
    let mut file = b"\x7fELF".to_vec();
    file.extend([1 + u8::from(wide), 1 + u8::from(big), 1]);
    file.extend([0; 9]);
    // Type, machine, version; entry, program headers, section headers; flags.
    for part in [half(2), half(62), word(1)] {
        file.extend(part);
    }
    for part in [address(0), address(0), address(table), word(0)] {
        file.extend(part);
    }
    for value in [header, 0, 0, section, 3, 2] {
        file.extend(half(value as u16));
    }
    file.extend_from_slice(rodata);
    file.extend_from_slice(NAMES);
    let sections = [
        (0, 0, 0, 0),
        (1, 1, header, rodata.len()),
        (9, 3, header + rodata.len(), NAMES.len()),
    ];
    for (name, kind, offset, size) in sections {
        // Name, type, flags, address, offset, size, link, info, alignment, size of entries.
        file.extend([word(name), word(kind), address(0), address(0)].concat());
        file.extend([address(offset), address(size), word(0), word(0)].concat());
        file.extend([address(0), address(0)].concat());
    }
    file
}

fn order(mut bytes: Vec<u8>, big: bool) -> Vec<u8> {
    if big {
        bytes.reverse();
    }
    bytes
}
