//! Directories that several layers have: each must be as dpkg would have left it.
//!
//! dpkg unpacks one package after another and does not touch a directory that is there (`tarobject` in its `src/main/archives.c`).
//! Layers do the reverse: the highest entry holds (OCI image specification, `layer.md`). So a package that has `/tmp` as 0755 takes
//! the mode 1777 from it, without a word.

use std::collections::BTreeMap;

use tarball::{shown_name, Listed};

use crate::layers::Layer;

/// Mode, owner and group.
type Facts<'a> = (&'a str, &'a str, &'a str);

/// A directory that nobody described: missing parents are added so (`docs/tool_contract.md`).
const PLAIN: Facts = ("0755", "0", "0");

/// Facts, and the layer that has them.
type Stated<'a> = (usize, Facts<'a>);

/// All directories of the layers so far.
#[derive(Default)]
pub(super) struct Directories<'a>(BTreeMap<&'a str, Seen<'a>>);

struct Seen<'a> {
    /// As dpkg keeps it.
    kept: Stated<'a>,
    /// As the image has it.
    found: Stated<'a>,
}

/// A directory that the image has in another way than dpkg would.
pub(super) struct Changed {
    pub(super) cause: String,
    pub(super) hint: String,
}

impl<'a> Directories<'a> {
    /// Adds the directory of a layer. `blobs` has the number of the blob that each layer is in: within one, the merge has kept
    /// the first (`layer_assembler merge`).
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
            // Somebody asked for it.
            (seen.kept, seen.found) = (stated, stated);
        } else if blobs[seen.found.0] != blobs[at] {
            seen.found = stated;
        }
    }

    /// The directories that a layer above the base has changed, sorted by path.
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
             (`directories`, `modes` and `owners` of `layer`); to accept the change, say `unchecked = [\"directories\"]`"
        ),
    }
}

fn text((mode, uid, gid): Facts) -> String {
    format!("{mode} {uid}:{gid}")
}
