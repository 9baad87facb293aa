use std::collections::{BTreeMap, BTreeSet};

use image_contents::{Content, Entry};

use super::merged::Placed;
use crate::report::{Aspect, FileChange, FileState, Size};

type Merged<'a> = BTreeMap<&'a str, Placed<'a>>;

/// The entries that differ, sorted by path. `changed` has the packages and runtimes that differ.
pub(super) fn compare(old: &Merged, new: &Merged, changed: &BTreeSet<&str>) -> Vec<FileChange> {
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut changes = Vec::new();
    for path in paths {
        let (left, right) = (old.get(path), new.get(path));
        let aspects = aspects(
            left.map(|placed| placed.entry),
            right.map(|placed| placed.entry),
        );
        if aspects.is_empty() {
            continue;
        }
        let packages = [right, left].map(|placed| placed.and_then(|placed| placed.package));
        let is_of_changed = packages.iter().flatten().any(|name| changed.contains(name));
        let is_odd =
            |aspect: &Aspect| matches!(aspect, Aspect::Type | Aspect::Mode | Aspect::Owner);
        changes.push(FileChange {
            path: path.to_owned(),
            package: packages[0].or(packages[1]).map(str::to_owned),
            is_expected: is_of_changed && !aspects.iter().any(is_odd),
            aspects,
            old: left.map(|placed| state(placed.entry)),
            new: right.map(|placed| state(placed.entry)),
        });
    }
    changes
}

fn aspects(old: Option<&Entry>, new: Option<&Entry>) -> Vec<Aspect> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return vec![Aspect::Removed],
        (None, Some(_)) => return vec![Aspect::Added],
        (None, None) => return Vec::new(),
    };
    let content = match (&old.content, &new.content) {
        (Content::Directory, Content::Directory) => None,
        (Content::File { sha256: old, .. }, Content::File { sha256: new, .. }) => {
            (old != new).then_some(Aspect::Content)
        }
        (Content::Link { target: old }, Content::Link { target: new }) => {
            (old != new).then_some(Aspect::Target)
        }
        _ => Some(Aspect::Type),
    };
    // The mode of a link has no meaning on Linux, and tools write different ones.
    let has_mode = !matches!(old.content, Content::Link { .. })
        && !matches!(new.content, Content::Link { .. });
    let mode = (has_mode && old.mode != new.mode).then_some(Aspect::Mode);
    let owner = ((old.uid, old.gid) != (new.uid, new.gid)).then_some(Aspect::Owner);
    [content, mode, owner].into_iter().flatten().collect()
}

fn state(entry: &Entry) -> FileState {
    let mut state = FileState {
        kind: "directory",
        mode: format!("{:04o}", entry.mode),
        uid: entry.uid,
        gid: entry.gid,
        sha256: None,
        size: None,
        target: None,
    };
    match &entry.content {
        Content::Directory => {}
        Content::File { sha256, size, .. } => {
            state.kind = "file";
            state.sha256 = Some(sha256.to_string());
            state.size = Some(*size);
        }
        Content::Link { target } => {
            state.kind = "link";
            state.target = Some(target.clone());
        }
    }
    state
}

/// The bytes of files of each package and runtime, largest first on the new side.
pub(super) fn sizes(old: &Merged, new: &Merged) -> Vec<Size> {
    let mut sizes: BTreeMap<Option<&str>, (u64, u64)> = BTreeMap::new();
    for placed in old.values() {
        let size = &mut sizes.entry(placed.package).or_default().0;
        *size = size.saturating_add(bytes(placed.entry));
    }
    for placed in new.values() {
        let size = &mut sizes.entry(placed.package).or_default().1;
        *size = size.saturating_add(bytes(placed.entry));
    }
    let sizes = sizes.into_iter().map(|(name, (old, new))| Size {
        name: name.map(str::to_owned),
        old,
        new,
    });
    let mut sizes: Vec<Size> = sizes.filter(|size| size.old.max(size.new) > 0).collect();
    sizes.sort_by(|left, right| {
        let key = |size: &Size| std::cmp::Reverse((size.new, size.old));
        key(left)
            .cmp(&key(right))
            .then_with(|| left.name.cmp(&right.name))
    });
    sizes
}

fn bytes(entry: &Entry) -> u64 {
    match entry.content {
        Content::File { size, .. } => size,
        Content::Link { .. } | Content::Directory => 0,
    }
}
