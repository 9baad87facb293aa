use std::io::{self, Read};

use blob::Result;
use elf::object::elf::ET_DYN;
use elf::{Head, SharedLibrary};
use layer_details::Library;
use tarball::{Entry, Kind};

/// The number of bytes up to the file type in the header of an ELF file.
const START: usize = 18;

/// Passes an entry to `append`, and keeps what readers need of it if it is a shared library.
pub(crate) fn watch(
    entry: &Entry,
    content: &mut dyn Read,
    append: impl FnOnce(&mut dyn Read) -> Result<()>,
) -> Result<Option<Head>> {
    let Kind::File { size } = entry.kind else {
        return append(content).map(|()| None);
    };
    let mut watched = Watched {
        content,
        size,
        state: State::Start(Vec::new()),
    };
    append(&mut watched)?;
    Ok(match watched.state {
        State::Library(head) => Some(head),
        State::Start(_) | State::Other => None,
    })
}

/// The facts about a shared library. A damaged library is none.
pub(super) fn read(entry: &Entry, head: &Head) -> Option<Library> {
    let library = SharedLibrary::read(head)?;
    Some(Library {
        exports: library.exports,
        path: tarball::escape_name(entry.path.as_bytes()),
        soname: library.soname,
    })
}

/// A reader that looks at the bytes that pass.
struct Watched<'a> {
    content: &'a mut dyn Read,
    /// The size of the file.
    size: u64,
    state: State,
}

enum State {
    /// The first bytes, fewer than [`START`].
    Start(Vec<u8>),
    /// The file is no shared library.
    Other,
    Library(Head),
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.look_at(&buffer[..read]);
        Ok(read)
    }
}

impl Watched<'_> {
    fn look_at(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Other => {}
            State::Library(head) => head.feed(bytes),
            State::Start(start) => {
                start.extend_from_slice(bytes);
                if start.len() >= START {
                    self.state = state_of(self.size, start);
                }
            }
        }
    }
}

/// The state after the first bytes. The sixth byte of an ELF file is its byte order.
fn state_of(size: u64, start: &[u8]) -> State {
    let kind = [start[16], start[17]];
    let kind = if start[5] == 2 {
        u16::from_be_bytes(kind)
    } else {
        u16::from_le_bytes(kind)
    };
    if !start.starts_with(b"\x7fELF") || kind != ET_DYN.0 {
        return State::Other;
    }
    let mut head = Head::new(size);
    head.feed(start);
    State::Library(head)
}
