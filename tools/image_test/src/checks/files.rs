//! Relation `files`: two images have the same files, regardless of their layers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use blob::{Digest, Result};
use rootfs::{Image, ImageExt, Inode, Kind, Raw, Root, Visitor};
use tarball::Entry;

use super::digesting::Digesting;
use super::{verdict, CheckResult};

/// Number of files in the report: a longer list has a common cause.
const MOST: usize = 10;

/// `difference` lists the differences of the configurations.
pub(crate) fn evaluate(
    image: &Image,
    other: &Image,
    difference: Vec<String>,
) -> Result<Vec<CheckResult>> {
    let (own, others) = (listing(image)?, listing(other)?);
    let paths: BTreeSet<&String> = own.keys().chain(others.keys()).collect();
    let differing = paths.into_iter().filter_map(|path| {
        let line = match (own.get(path), others.get(path)) {
            (Some(own), Some(other)) if own == other => return None,
            (Some(own), Some(other)) => format!("`{path}` is {own}; in the other image: {other}"),
            (Some(_), None) => format!("`{path}` is not in the other image"),
            _ => format!("`{path}` is only in the other image"),
        };
        Some(line)
    });
    let mut lines: Vec<String> = differing.collect();
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    Ok(vec![
        verdict("the files are the same", lines),
        verdict(
            "the configurations are the same, except the layers",
            difference,
        ),
    ])
}

/// A description of each file in the merged root, by path.
fn listing(image: &Image) -> Result<BTreeMap<String, String>> {
    let mut contents = Contents::default();
    let root = image.read(&mut [&mut contents])?;
    let mut first: HashMap<Inode, &str> = HashMap::new();
    let lines = root.iter().map(|(path, node)| {
        let what = match (&node.kind, node.inode) {
            (Kind::File { size }, Some(inode)) => {
                let known = contents.digests.get(&inode);
                let digest = known.map(Digest::to_string).unwrap_or_default();
                match *first.entry(inode).or_insert(path) {
                    same if same == path => format!("a file of {size} bytes, {digest}"),
                    name => format!("another name of `{name}`"),
                }
            }
            (Kind::Link { target }, _) => format!("a link to `{target}`"),
            (kind, _) => format!("a {}", kind.noun()),
        };
        let (mode, uid, gid, mtime) = (node.mode, node.uid, node.gid, node.mtime);
        let line = format!("{what}, {mode:04o} {uid}:{gid} with modification time {mtime}");
        (path.to_owned(), line)
    });
    Ok(with_problems(lines.collect(), &root))
}

/// Entries that cannot be part of a root count as differences as well.
fn with_problems(mut lines: BTreeMap<String, String>, root: &Root) -> BTreeMap<String, String> {
    for problem in root.problems() {
        lines.insert(problem.clone(), String::new());
    }
    lines
}

#[derive(Default)]
struct Contents {
    digests: HashMap<Inode, Digest>,
    inode: Option<Inode>,
    digesting: Digesting,
}

impl Visitor for Contents {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.inode = Some(raw.inode);
        Ok(())
    }

    fn needs_pieces(&mut self, _layer: usize, _entry: &Entry) -> bool {
        self.digesting.begin();
        true
    }

    fn piece(&mut self, _layer: usize, _entry: &Entry, piece: &[u8]) -> Result<()> {
        self.digesting.add(piece);
        Ok(())
    }

    fn entry(&mut self, _layer: usize, _entry: &Entry, _content: &[u8]) -> Result<()> {
        if let (Some(inode), Some(digest)) = (self.inode, self.digesting.take()) {
            self.digests.insert(inode, digest);
        }
        Ok(())
    }
}
