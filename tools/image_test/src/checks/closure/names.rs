//! The names in the ELF files of an image, each stored once.

use std::collections::BTreeSet;
use std::sync::Arc;

use rootfs::escape;

/// Total size of all names in an image's ELF files. A name counts once for each reference, because a file may refer to
/// one long string many times. The 8,000 programs and libraries of a large desktop have 10 MB.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Cost of a name in addition to its bytes.
const OVERHEAD: usize = 16;

/// Cost of a file in addition to its names.
const FILE: usize = 256;

/// Known names, and the number of bytes that an image may still add.
#[derive(Debug)]
pub(crate) struct Names {
    known: BTreeSet<Arc<str>>,
    left: usize,
}

/// The names in the image's ELF files exceed [`MAX_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

impl Default for Names {
    fn default() -> Self {
        Self {
            known: BTreeSet::new(),
            left: MAX_BYTES,
        }
    }
}

impl Names {
    /// Counts a file, even one without names: an image may have a million of them.
    pub(crate) fn count_file(&mut self) -> Result<(), TooMany> {
        self.left = self.left.checked_sub(FILE).ok_or(TooMany)?;
        Ok(())
    }

    /// Stores a name, escaped like the paths of the image.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Result<Arc<str>, TooMany> {
        let left = self.left.checked_sub(bytes.len() + OVERHEAD);
        self.left = left.ok_or(TooMany)?;
        let name = escape(bytes);
        if let Some(known) = self.known.get(&*name) {
            return Ok(Arc::clone(known));
        }
        let name: Arc<str> = name.into();
        self.known.insert(Arc::clone(&name));
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_files() {
        let mut names = Names::default();
        let counted = (0..1_000_000).take_while(|_| names.count_file().is_ok());
        assert_eq!(counted.count(), 262_144);
    }

    #[test]
    fn one_name_many_times() {
        let mut names = Names::default();
        let long = vec![b'x'; 1024 * 1024];
        let first = names.keep(&long).unwrap();
        let kept = (1..100).take_while(|_| names.keep(&long).is_ok()).count();
        assert_eq!(kept, 62);
        assert!(Arc::ptr_eq(&first, &names.known.first().cloned().unwrap()));
    }
}
