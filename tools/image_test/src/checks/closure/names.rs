//! The names that ELF files of an image hold, each kept once.

use std::collections::BTreeSet;
use std::sync::Arc;

use rootfs::spell;

/// What all names of an image's ELF files may come to, each counted as often as a file names it: the 8,000 programs and libraries
/// of a large desktop come to 10 MB. A file may name one long string again and again.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What a name costs besides its bytes.
const OVERHEAD: usize = 16;

/// What a file costs besides its names.
const FILE: usize = 256;

/// Names, and how much more of them an image may have.
#[derive(Debug)]
pub(crate) struct Names {
    known: BTreeSet<Arc<str>>,
    left: usize,
}

/// An image's ELF files name more than [`MAX_BYTES`].
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
    /// Counts a file, whatever it names: an image may have a million of them.
    pub(crate) fn count_file(&mut self) -> Result<(), TooMany> {
        self.left = self.left.checked_sub(FILE).ok_or(TooMany)?;
        Ok(())
    }

    /// A name, spelt as paths of the image are.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Result<Arc<str>, TooMany> {
        let left = self.left.checked_sub(bytes.len() + OVERHEAD);
        self.left = left.ok_or(TooMany)?;
        let name = spell(bytes);
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
