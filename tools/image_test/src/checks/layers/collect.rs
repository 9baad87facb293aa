//! Collects the data for the check while the layers are read.

use blob::Result;
use rootfs::{Raw, Visitor};
use tarball::{Ending, Entry};

use super::directories::Directories;
use super::tree::{Place, Tree};
use crate::checks::problems::Problems;

/// The largest ID that all runtimes and file systems support: a signed 32-bit number.
const MAX_OWNER: u64 = i32::MAX as u64;

/// Rootless engines have 65536 IDs for each user by default (subuid(5)).
const ROOTLESS: u64 = 65_535;

/// The state of the layers, and the problems so far.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    pub(super) tree: Tree,
    pub(super) names: Problems,
    pub(super) parents: Problems,
    pub(super) twice: Problems,
    pub(super) hard_links: Problems,
    pub(super) kinds: Problems,
    pub(super) ends: Problems,
    pub(super) directories: Directories,
    pub(super) flips: Vec<Flip>,
    /// Owners above [`MAX_OWNER`].
    pub(super) owners: Problems,
    /// Owners above the range of a rootless engine.
    pub(super) rootless: Problems,
    /// The sum of the sizes of all files.
    pub(super) size: u64,
}

/// A path whose type differs from a lower layer, with both layers and types.
#[derive(Debug)]
pub(super) struct Flip {
    pub(super) path: Box<str>,
    pub(super) lower: (usize, Place),
    pub(super) upper: (usize, Place),
}

impl Flip {
    pub(super) fn problem(&self) -> String {
        let Self { path, lower, upper } = self;
        let ((below, was), (layer, is)) = (lower, upper);
        let (was, is) = (was.noun(), is.noun());
        format!("`{path}` is a {was} in layer {below} and a {is} in layer {layer}")
    }
}

/// The longest path of Linux (`PATH_MAX`); a name in a layer may have a million bytes.
const LONGEST: usize = 4096;

impl Layers {
    /// Checks the owner and group of an entry against the limits.
    fn own(&mut self, path: &str, layer: usize, raw: &Raw) {
        let (uid, gid) = (raw.uid, raw.gid);
        for (limit, problems) in [
            (MAX_OWNER, &mut self.owners),
            (ROOTLESS, &mut self.rootless),
        ] {
            if uid.max(gid) > limit {
                problems.add(|| {
                    format!("`{path}` in layer {layer} is owned by {uid}:{gid}; the highest allowed ID is {limit}")
                });
            }
        }
    }

    /// Checks the directory of an entry or of a whiteout.
    fn below(&mut self, layer: usize, path: &str) {
        if let Some(parent) = self.tree.missing_parent(path) {
            self.parents.push(match parent {
                (parent, None) => {
                    format!(
                        "`{path}` in layer {layer} comes before its parent directory `{parent}`"
                    )
                }
                (parent, Some(place)) => {
                    format!(
                        "`{path}` in layer {layer} is below `{parent}`, which is a {}",
                        place.noun()
                    )
                }
            });
        }
    }

    /// Checks the target of a hard link. It must be in the same layer, because engines unpack each layer separately.
    fn linked(&mut self, layer: usize, path: &str, raw: &Raw) {
        let target = &raw.link[..raw.link.len().min(LONGEST)];
        let target = printable(target);
        match bad_name(&raw.link) {
            Some(problem) => self.names.push(format!(
                "the target `{target}` of the hard link `{path}` in layer {layer} {problem}"
            )),
            None if !self.tree.has(&normal(&target)) => self.hard_links.push(format!(
                "`{path}` in layer {layer} is a hard link to `{}`, which does not precede it in that layer",
                normal(&target)
            )),
            None => {}
        }
    }

    /// Checks an entry with a valid name.
    fn place(&mut self, layer: usize, path: &str, place: Place) {
        self.below(layer, path);
        if self.tree.has(path) {
            self.twice
                .push(format!("`{path}` is in layer {layer} twice"));
        }
        match self.tree.lower(path) {
            Some(lower) if lower.1 != place => self.flips.push(Flip {
                path: path.into(),
                lower,
                upper: (layer, place),
            }),
            _ => {}
        }
        // Docker's `overlay2` would keep the contents of the lower directory.
        if place == Place::Directory && self.tree.has_hidden_directory(path) {
            self.twice.push(format!(
                "`{path}` in layer {layer} is a directory, and that layer has a whiteout for it; use `{path}/.wh..wh..opq` instead"
            ));
        }
        self.tree.add(path, place);
    }

    /// Checks a whiteout that has been applied.
    fn whiteout(&mut self, layer: usize, path: &str) {
        self.directories.hide(path);
        self.below(layer, path);
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let hidden = name.strip_prefix(".wh.").unwrap_or_default();
        let hidden = normal(&format!("{directory}/{hidden}"));
        // Docker cannot unpack such a layer.
        if self.tree.has(&hidden) {
            self.twice.push(format!(
                "`{hidden}` is in layer {layer}, which has a later whiteout for it"
            ));
        }
    }
}

impl Visitor for Layers {
    fn layer(&mut self, layer: usize) -> Result<()> {
        self.tree.next_layer(layer);
        Ok(())
    }

    fn raw(&mut self, layer: usize, raw: &Raw) -> Result<()> {
        let shown = printable(&raw.name[..raw.name.len().min(LONGEST)]);
        self.size += raw.size;
        if let Some(problem) = bad_name(&raw.name) {
            self.names
                .push(format!("`{shown}` in layer {layer} {problem}"));
            return Ok(());
        }
        let path = normal(&shown);
        if raw.letter == b'1' {
            self.linked(layer, &path, raw);
        }
        let Some(place) = Place::of(raw.letter) else {
            let noun = match raw.letter {
                b'3' => "a character device".to_owned(),
                b'4' => "a block device".to_owned(),
                b'6' => "a named pipe".to_owned(),
                letter => format!("an entry of tar type `{}`", letter.escape_ascii()),
            };
            self.kinds
                .push(format!("`{path}` in layer {layer} is {noun}"));
            return Ok(());
        };
        for (name, _) in &raw.attributes {
            self.kinds.push(format!(
                "`{path}` in layer {layer} has the extended attribute `{name}`"
            ));
        }
        self.own(&path, layer, raw);
        if place == Place::Directory {
            self.directories.add(&path, layer, raw);
        }
        if self.tree.whiteout(&path) {
            self.whiteout(layer, &path);
        } else if !path.is_empty() {
            self.place(layer, &path, place);
        }
        Ok(())
    }

    fn entry(&mut self, _layer: usize, _entry: &Entry, _content: &[u8]) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, layer: usize, ending: Ending) -> Result<()> {
        let what = match ending {
            Ending::Sound => return Ok(()),
            Ending::None => "has no block of zeros at its end: it may be truncated",
            Ending::OneBlock => "has one block of zeros at its end, not two",
            Ending::Hidden => {
                "has data after its end, which some tools read as files and others ignore"
            }
        };
        self.ends
            .push(format!("the archive of layer {layer} {what}"));
        Ok(())
    }
}

/// The problem of a name, as the end of a sentence that begins with the name.
fn bad_name(name: &[u8]) -> Option<&'static str> {
    match name {
        [] => Some("has no name"),
        [b'/', ..] => Some("is an absolute path"),
        _ if name.split(|byte| *byte == b'/').any(|part| part == b"..") => Some("contains `..`"),
        _ if name.contains(&0) => Some("contains a NUL byte"),
        _ if name.len() > LONGEST => Some("(its beginning) is longer than 4096 bytes"),
        _ => None,
    }
}

/// The name on one line, with control characters escaped.
fn printable(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let escaped = text.chars().flat_map(|c| {
        if c.is_control() {
            c.escape_default().collect::<Vec<_>>()
        } else {
            vec![c]
        }
    });
    escaped.collect()
}

/// The name without `.` and repeated slashes.
fn normal(name: &str) -> String {
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/")
}
