//! Merges layers into a root, entry by entry, as runtimes unpack them (image specification, "Applying changesets").

mod entry;

use blob::{Error, Result};
use tarball::{Entry, EntryPath, RawEntry};
use tree::shortened;

use self::entry::{hard_target, kind, seen};
use crate::budget::{DEPTH, NODES, STEPS, STRINGS};
use crate::{escape, Inode, Kind, Node, Reason, Root};

/// Number of problems that are recorded.
const MAX_PROBLEMS: usize = 1000;

const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

/// The root of the layers that were read so far.
#[derive(Debug)]
pub(crate) struct Merge {
    root: Root,
    layer: usize,
}

/// The result of one entry.
#[derive(Debug, Default)]
pub(crate) struct Placement {
    /// The entry as visitors see it.
    pub(crate) entry: Option<Entry>,
    /// Why the root does not contain it.
    pub(crate) problem: Option<String>,
}

/// The error is the end of a sentence that begins with "it" or "its".
type Placing<T> = std::result::Result<T, String>;

impl Merge {
    pub(crate) fn new() -> Self {
        let mut root = Root::default();
        root.nodes.insert("", implied(0, 0));
        Self { root, layer: 0 }
    }

    pub(crate) fn begin(&mut self, layer: usize) {
        self.layer = layer;
    }

    pub(crate) fn finish(self) -> Root {
        self.root
    }

    /// Records a problem of a whole layer.
    pub(crate) fn problem(&mut self, problem: String) {
        if self.root.problems.len() < MAX_PROBLEMS {
            self.root.problems.push(problem);
        }
    }

    /// Adds an entry to the root, or removes the files that it hides. `layer` is the layer's name in messages.
    pub(crate) fn place(&mut self, layer: &str, raw: &RawEntry, inode: Inode) -> Result<Placement> {
        let mut placement = Placement::default();
        let outcome = match seen(raw) {
            Ok((path, entry)) => {
                placement.entry = entry;
                self.apply(&path, raw, inode)
            }
            Err(problem) => Err(problem),
        };
        if let Err(problem) = outcome {
            let name = escape(&raw.name);
            let name = shortened(&name);
            let name = name.escape_debug();
            self.problem(format!("`{name}` of layer `{layer}`: {problem}"));
            placement.problem = Some(problem);
        }
        match self.ran_over(raw) {
            Some(cause) => Err(Error::cannot("read layer", layer, cause)),
            None => Ok(placement),
        }
    }

    /// The limit of the root that the entry exceeds.
    fn ran_over(&self, raw: &RawEntry) -> Option<String> {
        let (nodes, strings) = (self.root.nodes.len(), self.root.nodes.strings());
        let at = || escape(&raw.name).into_owned();
        // A name has a slash for each directory, so a short name cannot be deep.
        let parts = |name: &[u8]| {
            name.split(|byte| *byte == b'/')
                .filter(|part| !part.is_empty())
                .count()
        };
        if raw.name.len() > 2 * DEPTH && parts(&raw.name) > DEPTH {
            return Some(format!(
                "it has a path of more than {DEPTH} directories: `{}`",
                shortened(&at()).escape_debug()
            ));
        }
        if nodes > NODES {
            return Some(format!("the image has more than {NODES} files"));
        }
        if strings > STRINGS {
            return Some(format!(
                "the paths and links of the image have more than {STRINGS} bytes, at `{}`",
                shortened(&at()).escape_debug()
            ));
        }
        self.root.steps.are_spent().then(|| {
            format!(
                "to follow the links of the image takes more than {STEPS} steps, at `{}`",
                shortened(&at()).escape_debug()
            )
        })
    }

    fn apply(&mut self, path: &EntryPath, raw: &RawEntry, inode: Inode) -> Placing<()> {
        let Some(name) = path.components().last().map(<[u8]>::to_vec) else {
            return self.root_itself(raw, inode);
        };
        let parent = path.parent().unwrap_or_else(EntryPath::root);
        if let Some(hidden) = name.strip_prefix(WHITEOUT) {
            return match &*name {
                OPAQUE => self.hide_all(&parent, raw),
                _ => self.hide(&parent, hidden, raw),
            };
        }
        // An unsupported type must not create its parent directories.
        let kind = match raw.letter {
            b'1' => None,
            _ => Some(kind(raw)?),
        };
        let place = join(&self.directory(&parent, raw)?, &escape(&name));
        let node = match kind {
            Some(kind) => Node {
                kind,
                mode: raw.mode,
                uid: raw.uid,
                gid: raw.gid,
                mtime: raw.mtime,
                layer: self.layer,
                inode: Some(inode),
            },
            None => self.linked(&place, raw)?,
        };
        let directories = self.is_directory(&place) && node.kind == Kind::Directory;
        if !directories && self.root.nodes.remove(&place) {
            self.remove_below(&place, None, |_| true);
        }
        self.root.nodes.insert(&place, node);
        Ok(())
    }

    fn root_itself(&mut self, raw: &RawEntry, inode: Inode) -> Placing<()> {
        if raw.letter != b'5' {
            return Err("it is the root, but not a directory".to_owned());
        }
        let root = Node {
            mode: raw.mode,
            uid: raw.uid,
            gid: raw.gid,
            inode: Some(inode),
            ..implied(self.layer, raw.mtime)
        };
        self.root.nodes.insert("", root);
        Ok(())
    }

    /// The file that a hard link refers to.
    fn linked(&self, place: &str, raw: &RawEntry) -> Placing<Node> {
        let target = hard_target(raw)?;
        let missing = || format!("it is a hard link to `{target}`, which does not exist");
        let name = target.components().last().ok_or_else(missing)?;
        let parent = target.parent().unwrap_or_else(EntryPath::root);
        let parent = self.root.resolve(&escape(parent.as_bytes()));
        let parent = parent.map_err(|_| missing())?.0;
        let source = join(&parent, &escape(name));
        let node = self.root.nodes.get(&source).ok_or_else(missing)?;
        match node.kind {
            Kind::Directory => Err(format!(
                "it is a hard link to `{target}`, which is a directory"
            )),
            _ if source == place => Err("it is a hard link to itself".to_owned()),
            _ => Ok(Node {
                layer: self.layer,
                ..node.clone()
            }),
        }
    }

    /// The parent directory of an entry, links of the same layer resolved. It is created if it is missing.
    fn directory(&mut self, path: &EntryPath, raw: &RawEntry) -> Placing<String> {
        let text = escape(path.as_bytes()).into_owned();
        // The parents of every node are directories, so there is no link in the path.
        if self.is_directory(&text) {
            return Ok(text);
        }
        self.cover_lower(path, raw);
        let mut at = String::new();
        for part in path.components() {
            let next = join(&at, &escape(part));
            at = match self.root.nodes.get(&next).map(|node| &node.kind) {
                Some(Kind::Directory) => next,
                Some(Kind::Link { .. }) => match self.root.resolve(&next) {
                    Ok((target, node)) if node.kind == Kind::Directory => target,
                    Ok((target, node)) => {
                        let noun = node.kind.noun();
                        return Err(format!("its parent `{next}` leads to `{target}`, a {noun}"));
                    }
                    Err(why) => {
                        return Err(format!("its parent `{next}` cannot be resolved: {why}"))
                    }
                },
                Some(kind) => return Err(format!("its parent `{next}` is a {}", kind.noun())),
                None => {
                    let node = implied(self.layer, raw.mtime);
                    self.root.nodes.insert(&next, node);
                    next
                }
            };
        }
        Ok(at)
    }

    /// Replaces links and files of lower layers in a path by directories. Engines unpack each layer separately and
    /// stack the layers (overlayfs). So a link of a lower layer is not followed: files of this layer below its name
    /// replace the link. Docker's `overlay2` does the same; its `vfs` and umoci follow the link.
    fn cover_lower(&mut self, path: &EntryPath, raw: &RawEntry) {
        let layer = self.layer;
        let is_covered = |node: &Node| node.kind != Kind::Directory && node.layer < layer;
        let mut at = String::new();
        for part in path.components() {
            at = join(&at, &escape(part));
            if self.root.nodes.get(&at).is_some_and(is_covered) {
                self.root.nodes.insert(&at, implied(layer, raw.mtime));
            }
        }
    }

    /// Applies an opaque whiteout. It hides the contents that lower layers have in the directory of exactly this name.
    fn hide_all(&mut self, parent: &EntryPath, raw: &RawEntry) -> Placing<()> {
        self.cover_lower(parent, raw);
        let Some(directory) = self.directory_to_hide_in(parent)? else {
            return Ok(());
        };
        self.remove_lower(&directory);
        Ok(())
    }

    /// The directory of a whiteout; `None` if it does not exist.
    fn directory_to_hide_in(&self, parent: &EntryPath) -> Placing<Option<String>> {
        match self.root.resolve(&escape(parent.as_bytes())) {
            Ok((parent, node)) if node.kind == Kind::Directory => Ok(Some(parent)),
            Ok(_) => Ok(None),
            Err(why) if why.reason == Reason::Loop => {
                Err(format!("its directory cannot be resolved: {why}"))
            }
            Err(_) => Ok(None),
        }
    }

    /// Applies a whiteout. It hides files of lower layers, never files of the same layer.
    fn hide(&mut self, parent: &EntryPath, hidden: &[u8], raw: &RawEntry) -> Placing<()> {
        if matches!(hidden, b"" | b"." | b"..") {
            return Err("it is a whiteout of no name".to_owned());
        }
        self.cover_lower(parent, raw);
        let Some(parent) = self.directory_to_hide_in(parent)? else {
            return Ok(());
        };
        let layer = self.layer;
        if !hidden.starts_with(WHITEOUT) {
            let place = join(&parent, &escape(hidden));
            let lower = |node: &Node| node.layer < layer;
            if self.root.nodes.get(&place).is_some_and(lower) {
                self.root.nodes.remove(&place);
            }
            self.remove_lower(&place);
        }
        Ok(())
    }

    /// Removes the files of lower layers below a path.
    fn remove_lower(&mut self, place: &str) {
        let layer = self.layer;
        self.remove_below(place, Some(layer), |node| node.layer < layer);
        self.root.nodes.clear(place, layer);
    }

    /// Removes files below a path, and adds the parent directories that the remaining files need.
    fn remove_below(&mut self, place: &str, layer: Option<usize>, goes: impl Fn(&Node) -> bool) {
        let below = self.root.nodes.below(place, layer);
        let (gone, stays): (Vec<_>, Vec<_>) = below
            .into_iter()
            .partition(|path| self.root.nodes.get(path).is_some_and(&goes));
        for path in gone {
            self.root.nodes.remove(&path);
        }
        for path in stays {
            let mut path = &*path;
            while let Some(at) = path.rfind('/') {
                path = &path[..at];
                if self.root.nodes.has(path) {
                    break;
                }
                self.root.nodes.insert(path, implied(self.layer, 0));
            }
        }
    }

    fn is_directory(&self, path: &str) -> bool {
        let node = self.root.nodes.get(path);
        node.is_some_and(|node| node.kind == Kind::Directory)
    }
}

/// A directory without an entry.
fn implied(layer: usize, mtime: u64) -> Node {
    Node {
        kind: Kind::Directory,
        mode: 0o755,
        uid: 0,
        gid: 0,
        mtime,
        layer,
        inode: None,
    }
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}
