//! A map from names to paragraphs.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

const NONE: u32 = u32::MAX;

/// Hash of a name → numbers of paragraphs, in the order of insertion. Names with the same hash share a list, so the
/// caller must compare. The map is never iterated, so its order has no effect on results.
#[derive(Default)]
pub(super) struct Names {
    hasher: RandomState,
    lists: HashMap<u64, List, BuildHasherDefault<KeyHasher>>,
    links: Vec<Link>,
}

struct List {
    first: u32,
    last: u32,
}

struct Link {
    paragraph: u32,
    next: u32,
}

/// A hasher that returns its key, because the keys are already hashes.
#[derive(Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Names {
    pub(super) fn reserve(&mut self, more: usize) {
        self.links.reserve(more);
        self.lists.reserve(more);
    }

    pub(super) fn push(&mut self, name: &str, paragraph: u32) {
        let hash = self.hasher.hash_one(name);
        let link = self.links.len() as u32;
        self.links.push(Link {
            paragraph,
            next: NONE,
        });
        let list = self.lists.entry(hash).or_insert(List {
            first: link,
            last: link,
        });
        if list.last != link {
            self.links[list.last as usize].next = link;
            list.last = link;
        }
    }

    pub(super) fn get(&self, name: &str) -> impl Iterator<Item = u32> + '_ {
        let list = self.lists.get(&self.hasher.hash_one(name));
        let mut at = list.map_or(NONE, |list| list.first);
        std::iter::from_fn(move || {
            let link = self.links.get(at as usize)?;
            at = link.next;
            Some(link.paragraph)
        })
    }
}
