//! The positions that an earlier run found in the indexes: who only prints packages need not verify and scan fifty megabytes
//! to find some dozens of paragraphs.
//!
//! Positions and blocks are as trustworthy as the cache, like the lists of apt; so no lock is made with them. A resolution
//! that fails, or that meets a damaged block, is done again with verified texts.

use std::sync::atomic::{AtomicBool, Ordering};

use apt_archive::{DerivedBlocks, Fetch};
use apt_resolver::Scope;
use blob::{Blob, Digest};

/// The version of the key.
const VERSION: u32 = 2;

/// Finds and stores the positions of indexes.
pub(crate) struct Positions<'a> {
    /// The identity of the program.
    program: &'a str,
    /// Whether stored positions are used, or only stored.
    find: bool,
    used: AtomicBool,
}

impl<'a> Positions<'a> {
    /// Positions that are used and stored.
    pub(crate) fn of(program: &'a str) -> Self {
        let used = AtomicBool::new(false);
        Self {
            program,
            find: true,
            used,
        }
    }

    /// Positions that are only stored: after a resolution failed with those of an earlier run.
    pub(crate) fn anew(program: &'a str) -> Self {
        let find = false;
        Self {
            find,
            ..Self::of(program)
        }
    }

    /// Whether those of an earlier run were found.
    pub(crate) fn used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    /// The digest of everything that positions depend on. `text` is that of the index, `architecture` that of the packages.
    pub(crate) fn key(&self, text: &Blob, architecture: &str, scope: Scope) -> Digest {
        let (program, text) = (self.program, text.digest.hex());
        let key = format!("positions {VERSION}\n{program}\n{text}\n{architecture}\n{scope:?}\n");
        Digest::of(key.as_bytes())
    }

    /// The positions and the blocks of a text, if both are stored.
    pub(crate) fn find(
        &self,
        fetch: &dyn Fetch,
        key: &Digest,
        text: &Blob,
    ) -> Option<(Vec<u8>, Box<dyn DerivedBlocks>)> {
        if !self.find {
            return None;
        }
        let found = fetch.find_result(key)?;
        let blocks = fetch.derived_blocks(text)?;
        self.used.store(true, Ordering::Relaxed);
        Some((found, blocks))
    }
}
