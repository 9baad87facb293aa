use crate::elf::Layout;
use crate::Machine;

/// A shared library to be made, with headers and a name, but without code.
#[derive(Clone, Debug)]
pub struct Library {
    machine: Machine,
    number: u16,
    flags: u32,
    soname: String,
}

impl Library {
    /// A library for the machine of this number (`e_machine`), which calls itself this.
    pub fn new(machine: Machine, number: u16, soname: &str) -> Self {
        Self {
            machine,
            number,
            flags: 0,
            soname: soname.to_owned(),
        }
    }

    /// With these flags (`e_flags`).
    pub fn flags(mut self, flags: u32) -> Self {
        self.flags = flags;
        self
    }

    /// The file (System V ABI, chapters 4 and 5).
    pub fn build(&self) -> Vec<u8> {
        const LOAD: u32 = 1;
        const DYNAMIC: u32 = 2;
        const STRING_TABLE: usize = 5;
        const SONAME: usize = 14;
        let layout = Layout::of(self.machine);
        let (header, segment, address) = if layout.wide {
            (64, 56, 8)
        } else {
            (52, 32, 4)
        };
        let dynamic = header + 2 * segment;
        let strings = dynamic + 6 * address;
        let size = strings + self.soname.len() + 2;
        let mark = [1 + u8::from(layout.wide), 1 + u8::from(layout.big), 1];
        [
            [b"\x7fELF".as_slice(), &mark, &[0; 9]].concat(),
            // Type, machine, version; entry, program headers, section headers; flags; sizes and counts.
            layout.halves([3, self.number]),
            layout.words([1]),
            layout.addresses([0, header, 0]),
            layout.words([self.flags]),
            layout.halves([header as u16, segment as u16, 2, 0, 0, 0]),
            program_header(&layout, LOAD, 0, size),
            program_header(&layout, DYNAMIC, dynamic, 6 * address),
            layout.addresses([STRING_TABLE, strings, SONAME, 1, 0, 0]),
            [b"\0", self.soname.as_bytes(), b"\0"].concat(),
        ]
        .concat()
    }
}

/// Addresses in memory are those in the file.
fn program_header(layout: &Layout, kind: u32, at: usize, size: usize) -> Vec<u8> {
    let place = layout.addresses([at, at, at, size, size]);
    match layout.wide {
        true => [layout.words([kind, 4]), place, layout.addresses([8])].concat(),
        false => [layout.words([kind]), place, layout.words([4, 8])].concat(),
    }
}
