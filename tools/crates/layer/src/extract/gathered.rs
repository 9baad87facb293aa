//! A package whose entries change each other: the whole package is read before the layer is written.

use std::collections::HashMap;

use blob::{Error, Result, ResultExt, Spool};
use tarball::{Entry, EntryPath, Kind};

use super::{Plan, Selection};
use crate::merge::{write_entry, Flip, Problem, Stored, Tree};
use crate::status::Status;
use crate::{LayerWriter, PackageSource};

/// Writes the package sorted by path. Contents are kept in an unnamed temporary file next to the layer; only the
/// entries are in memory.
pub(super) fn extract(source: &PackageSource, plan: &Plan, layer: &mut LayerWriter) -> Result<()> {
    let ((), facts) = source.read(|mut package| {
        let mut spool = Spool::next_to(layer.path())?;
        let mut tree = Tree::default();
        let mut selection = Selection::new(&plan.include);
        let mut moved = HashMap::new();
        let status = Status::of(&mut package);
        package.read_data(&mut |packed, content| {
            let Some(entry) = plan.place(packed)? else {
                return Ok(());
            };
            selection.takes(&entry);
            check_name(&packed.path, &entry, &mut moved)?;
            if meets(&entry, tree.noun_at(&entry.path))? {
                return Ok(());
            }
            let content = match entry.kind {
                Kind::File { .. } => {
                    let kept = spool.keep(content);
                    let piece = kept.cannot("read entry", &entry.path)?;
                    let digests = None;
                    Some(Stored { piece, digests })
                }
                _ => None,
            };
            tree.add(0, entry.clone(), content).map_err(explain)?;
            // dpkg sets mode, owner and time of each name after it has made it (`tarobject_set_perms` in its `archives.c`).
            tree.describe(&entry);
            Ok(())
        })?;
        selection.check()?;
        let kept = spool.finish().cannot("write", layer.path().display())?;
        for placed in tree.in_order(|path, entry| selects(&mut selection, path, entry)) {
            write_entry(&placed, &kept, layer)?;
        }
        plan.append_status(status, layer)
    })?;
    layer.add_package(facts);
    Ok(())
}

/// Whether an entry is included under this path, which may be one of several names of its file.
fn selects(selection: &mut Selection, path: &EntryPath, entry: &Entry) -> bool {
    match entry.kind {
        Kind::Directory => selection.takes(entry),
        _ => selection.covers(path),
    }
}

/// Refuses a file whose two paths become one by merged `/usr`: dpkg would lose one of the two files.
fn check_name(
    packed: &EntryPath,
    entry: &Entry,
    moved: &mut HashMap<EntryPath, bool>,
) -> Result<()> {
    let is_moved = *packed != entry.path;
    if entry.kind == Kind::Directory || moved.get(&entry.path) == Some(&is_moved) {
        return Ok(());
    }
    match moved.insert(entry.path.clone(), is_moved) {
        Some(_) => {
            let cause = "it exists already, under its path without `usr`";
            Err(Error::cannot("add entry", &entry.path, cause))
        }
        None => Ok(()),
    }
}

/// Whether the entry is skipped: an existing directory keeps its mode and owner.
fn meets(entry: &Entry, before: Option<&'static str>) -> Result<bool> {
    match (before, &entry.kind) {
        (Some("directory"), Kind::Directory) => Ok(true),
        // dpkg would keep the link; a package that has a file at this path does not expect that.
        (Some("symbolic link"), Kind::File { .. } | Kind::Hardlink { .. }) => {
            let now = entry.kind.noun();
            let cause = format!("it occurs twice: as a symbolic link and as a {now}");
            Err(Error::cannot("add entry", &entry.path, cause))
        }
        _ => Ok(false),
    }
}

fn explain(problem: Problem) -> Error {
    match problem {
        Problem::Error(error) => error,
        Problem::Flip(Flip {
            path, before, now, ..
        }) => {
            let cause = format!("it occurs twice: as a {before} and as a {now}");
            Error::cannot("add entry", path, cause)
        }
    }
}
