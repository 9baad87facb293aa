//! Check `layers`: the layers obey strict rules.
//!
//! Every runtime and registry accepts such layers: parents before children, no duplicate paths, no path with another
//! type than in a lower layer, names that stay inside of the root, one history entry for each layer, and media types of
//! the specification.

mod collect;
mod directories;
mod documents;
mod profile;
mod tree;

use rootfs::{Image, Root};

pub(crate) use self::collect::Layers;
use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::options::Profile;
use super::problems::Problems;
use super::{verdict, CheckResult};

/// Paths whose type differs from a lower layer.
const TYPE_FLIPS: Section = Section("type_flips");

pub(crate) const CHECK: Check = Check {
    name: "layers",
    help: "Layers obey strict rules: parents first, no duplicate paths, valid digests",
    collects: |_| Collects {
        layers: true,
        ..Collects::NOTHING
    },
    unreadable: Some(READABLE),
    evaluate: |facts| {
        let profile = facts.flags.profile;
        Ok(facts
            .layers
            .evaluate(facts.image, facts.root, facts.declared, profile))
    },
    sections: &[TYPE_FLIPS, directories::DIRECTORIES, profile::WRITABLE],
    ..Check::OF_ROOT
};

/// The case for layers that can be read to their end.
const READABLE: &str = "every layer matches the manifest and the configuration";

impl Layers {
    fn evaluate(
        &self,
        image: &Image,
        root: &Root,
        declared: &Declared,
        profile: Profile,
    ) -> Vec<CheckResult> {
        let mut flips = Problems::default();
        for flip in &self.flips {
            if !declared.allows(TYPE_FLIPS, &flip.path) {
                flips.add(|| flip.problem());
            }
        }
        flips.extend(declared.unused(TYPE_FLIPS));
        let mut results = vec![
            verdict(READABLE, root.problems().to_vec()),
            verdict("every path is below the root", self.names.clone()),
            verdict(
                "parent directories precede their contents",
                self.parents.clone(),
            ),
            verdict("no layer has duplicate paths", self.twice.clone()),
            verdict(
                "hard links refer to an earlier file of the same layer",
                self.hard_links.clone(),
            ),
            verdict("no path changes its type between layers", flips),
            verdict(
                "directories keep their mode and owner between layers",
                self.directories.evaluate(root, declared),
            ),
            verdict(
                "every archive ends with two blocks of zeros and no data after them",
                self.ends.clone(),
            ),
            verdict("only files, directories and links", self.kinds.clone()),
            verdict(
                "owners have IDs that every runtime accepts",
                self.owners.clone(),
            ),
        ];
        results.extend(documents::evaluate(image));
        results.extend(profile::evaluate(profile, self, image, root, declared));
        results
    }
}
