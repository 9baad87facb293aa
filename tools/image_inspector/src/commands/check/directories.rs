//! Directories of several layers: each must have the mode and owner that dpkg would give it.
//!
//! dpkg unpacks packages one after another and does not change existing directories (`tarobject` in its
//! `src/main/archives.c`). Layers behave differently: the highest entry takes effect (OCI image specification,
//! `layer.md`). So a package that contains `/tmp` with mode 0755 would silently replace the mode 1777.

use std::collections::BTreeMap;

use tarball::{shown_name, Listed};

use crate::layers::Layer;

/// Mode, owner and group.
type Facts<'a> = (&'a str, &'a str, &'a str);

/// The mode and owner of parent directories that were added because they had no entry (`docs/tool_contract.md`).
const PLAIN: Facts = ("0755", "0", "0");

/// A layer and its mode, owner and group of a directory.
type Stated<'a> = (usize, Facts<'a>);

/// All directories of the layers so far.
#[derive(Default)]
pub(super) struct Directories<'a>(BTreeMap<&'a str, Seen<'a>>);

struct Seen<'a> {
    /// The entry that dpkg would keep.
    kept: Stated<'a>,
    /// The entry that takes effect in the image.
    found: Stated<'a>,
}

/// A directory that is different in the image than dpkg would leave it.
pub(super) struct Changed {
    pub(super) cause: String,
    pub(super) hint: String,
}

impl<'a> Directories<'a> {
    /// Adds the directory of a layer. `blobs` has the index of the blob that contains each layer: in one blob,
    /// `layer_assembler merge` has kept the first entry.
    pub(super) fn add(
        &mut self,
        layers: &[Layer],
        blobs: &[usize],
        at: usize,
        listed: &Listed<'a>,
    ) {
        let facts = (listed.mode, listed.uid, listed.gid);
        let stated = (at, facts);
        let Some(seen) = self.0.get_mut(listed.path) else {
            let (kept, found) = (stated, stated);
            self.0.insert(listed.path, Seen { kept, found });
            return;
        };
        if facts != PLAIN && !layers[at].has_packages() {
            // A user's layer sets it explicitly.
            (seen.kept, seen.found) = (stated, stated);
        } else if blobs[seen.found.0] != blobs[at] {
            seen.found = stated;
        }
    }

    /// The directories that layers above the base have changed, sorted by path.
    pub(super) fn changed(&self, layers: &[Layer], base: usize) -> Vec<Changed> {
        let changed = self.0.iter();
        let changed =
            changed.filter(|(_, seen)| seen.found.0 >= base && seen.kept.1 != seen.found.1);
        changed
            .map(|(path, seen)| describe(path, seen, layers))
            .collect()
    }
}

fn describe(path: &str, seen: &Seen, layers: &[Layer]) -> Changed {
    let ((below, kept), (above, found)) = (seen.kept, seen.found);
    let path = match path {
        "." => "/".to_owned(),
        path => format!("/{}", shown_name(path)),
    };
    let (below, above) = (&layers[below], &layers[above]);
    let (kept, found) = (text(kept), text(found));
    Changed {
        cause: format!("the directory `{path}` is {kept} in {below}, and {above} changes it to {found}"),
        hint: format!(
            "dpkg keeps a directory that is there; to keep it here, add a layer above both that has `{path}` with mode and owner {kept} \
             (`directories`, `modes` and `owners` of `layer`); to accept the change, set `unchecked = [\"directories\"]`"
        ),
    }
}

fn text((mode, uid, gid): Facts) -> String {
    format!("{mode} {uid}:{gid}")
}
