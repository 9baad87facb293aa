//! Looks at the entries of one layer while it is read.

use std::collections::BTreeMap;

use blob::{Digest, Result};
use elf::{Head, SharedLibrary};
use rootfs::{escape, ContentPart, Raw, Visitor};
use sha2::{Digest as _, Sha256};
use tarball::{Entry, Kind};

use crate::wanted::wanted;

/// The maximum size of all texts that may be missing, for one layer.
const MAX_OPTIONAL: usize = 64 << 20;

/// Facts about the files of a layer, by the positions of their entries in the archive.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub(crate) files: BTreeMap<u32, File>,
    /// The position of the current entry.
    at: u32,
    current: Option<Current>,
    optional: usize,
}

/// A regular file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) sha256: Digest,
    /// The necessary part of its content.
    pub(crate) text: Option<Vec<u8>>,
    pub(crate) library: Option<SharedLibrary>,
}

#[derive(Debug)]
struct Current {
    hash: Sha256,
    /// The ELF reader; `None` for a file that is not an ELF file.
    head: Option<Head>,
    is_start: bool,
}

impl Visitor for Watch {
    fn raw(&mut self, _: usize, raw: &Raw) -> Result<()> {
        self.at = raw.inode.entry;
        Ok(())
    }

    fn content_part(&mut self, _: usize, entry: &Entry) -> ContentPart {
        let path = escape(entry.path.as_bytes());
        let wanted = wanted(&path).filter(|wanted| {
            let size = wanted.most.min(entry.size() as usize);
            !wanted.is_optional || self.optional + size <= MAX_OPTIONAL
        });
        wanted.map_or(ContentPart::None, |wanted| ContentPart::Head(wanted.most))
    }

    fn needs_pieces(&mut self, _: usize, entry: &Entry) -> bool {
        self.current = Some(Current {
            hash: Sha256::new(),
            head: Some(Head::new(entry.size())),
            is_start: true,
        });
        true
    }

    fn piece(&mut self, _: usize, _: &Entry, piece: &[u8]) -> Result<()> {
        if let Some(current) = &mut self.current {
            current.hash.update(piece);
            // The first piece is empty if no visitor needs the start of the file.
            if current.is_start && !piece.is_empty() {
                current.is_start = false;
                current.head.take_if(|_| !piece.starts_with(b"\x7fELF"));
            }
            if let Some(head) = &mut current.head {
                head.feed(piece);
            }
        }
        Ok(())
    }

    fn entry(&mut self, layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        if !matches!(entry.kind, Kind::File { .. }) {
            return Ok(());
        }
        let (sha256, library) = match self.current.take() {
            Some(current) => {
                let sum: [u8; 32] = current.hash.finalize().into();
                let library = current.head.as_ref().and_then(SharedLibrary::read);
                (Digest::from_bytes(sum), library)
            }
            // A file without bytes has no pieces.
            None => (Digest::of(b""), None),
        };
        let text = match self.content_part(layer, entry) {
            ContentPart::Head(most) => Some(content[..content.len().min(most)].to_vec()),
            ContentPart::None | ContentPart::All => None,
        };
        let is_optional =
            wanted(&escape(entry.path.as_bytes())).is_some_and(|wanted| wanted.is_optional);
        if let Some(text) = text.as_ref().filter(|_| is_optional) {
            self.optional += text.len();
        }
        let file = File {
            sha256,
            text,
            library,
        };
        self.files.insert(self.at, file);
        Ok(())
    }
}
