//! Directories in several layers must keep the mode and owner of the lowest one.
//!
//! On a system, dpkg does not change a directory that exists. In an image, the entry of the highest layer takes effect.
//! Intentional changes are declared in `directories`.

use std::collections::BTreeMap;
use std::ops::Bound;

use rootfs::{Kind, Raw, Root};

use crate::checks::declared::{Declared, Section};
use crate::checks::problems::Problems;

/// Directories whose mode or owner a layer changes; `.` is the root.
pub(super) const DIRECTORIES: Section = Section("directories");

/// The name of the opaque whiteout, which hides the contents of lower layers in its directory.
const OPAQUE: &str = ".wh..wh..opq";

/// Mode, owner and group.
type Facts = (u32, u64, u64);

/// The first and the last properties of each directory.
#[derive(Debug, Default)]
pub(super) struct Directories(BTreeMap<Box<str>, Seen>);

#[derive(Debug)]
struct Seen {
    first: (u32, Facts),
    last: (u32, Facts),
}

impl Directories {
    /// Adds the entry of a directory.
    pub(super) fn add(&mut self, path: &str, layer: usize, raw: &Raw) {
        let stated = (layer as u32, (raw.mode, raw.uid, raw.gid));
        match self.0.get_mut(path) {
            Some(seen) => seen.last = stated,
            None => {
                let (first, last) = (stated, stated);
                self.0.insert(path.into(), Seen { first, last });
            }
        }
    }

    /// Removes the paths that a whiteout hides: later entries are new directories.
    pub(super) fn hide(&mut self, path: &str) {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let hidden = match (name.strip_prefix(".wh."), directory) {
            (None, _) => return,
            (Some(".wh..opq"), _) => directory.to_owned(),
            (Some(name), "") => name.to_owned(),
            (Some(name), _) => format!("{directory}/{name}"),
        };
        if name != OPAQUE {
            self.0.remove(hidden.as_str());
        }
        let below = match hidden.as_str() {
            "" => String::new(),
            _ => format!("{hidden}/"),
        };
        let range = (Bound::Excluded(below.as_str()), Bound::Unbounded);
        let names = self.0.range::<str, _>(range).map(|(path, _)| path);
        let names = names.take_while(|path| path.starts_with(&below));
        for path in names.cloned().collect::<Vec<_>>() {
            self.0.remove(&path);
        }
    }

    /// Changes by a layer that are not declared.
    pub(super) fn evaluate(&self, root: &Root, declared: &Declared) -> Problems {
        let mut problems = Problems::default();
        for (path, Seen { first, last }) in &self.0 {
            let is_there = root
                .get(path)
                .is_some_and(|node| node.kind == Kind::Directory);
            let changed = first.1 != last.1 && is_there;
            let shown = if path.is_empty() { "." } else { path };
            if changed && !declared.allows(DIRECTORIES, shown) {
                problems.add(|| {
                    let (below, above) = (first.0, last.0);
                    let (lower, upper) = (text(first.1), text(last.1));
                    format!("`{shown}` is {lower} in layer {below} and {upper} in layer {above}")
                });
            }
        }
        problems.extend(declared.unused(DIRECTORIES));
        problems
    }
}

fn text((mode, uid, gid): Facts) -> String {
    format!("{mode:04o} {uid}:{gid}")
}
