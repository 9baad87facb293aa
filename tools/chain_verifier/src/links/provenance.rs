//! The link `provenance`: the statement about the image names the same files.

use std::collections::BTreeSet;

use blob::Digest;
use provenance::{ResourceKind, Statement};

use super::package::UsedPackage;
use crate::layout::Layout;
use crate::locks::GivenLock;
use crate::report::{listed, LinkKind, Report, Verdict};

/// The annotation of a layer with its diff_id.
const DIFF_ID: &str = "diff_id";

/// The diff_ids of layers that a statement about this image lists.
pub(crate) fn stated_layers(statement: &Statement, image: Digest) -> BTreeSet<Digest> {
    if !statement.is_about(image) {
        return BTreeSet::new();
    }
    layers(statement).collect()
}

fn layers(statement: &Statement) -> impl Iterator<Item = Digest> + '_ {
    let layers = statement.predicate.layers.iter();
    let diff_ids = layers.filter_map(|layer| layer.annotations.get(DIFF_ID));
    diff_ids.filter_map(|text| text.parse().ok())
}

/// Adds the link.
pub(crate) fn verify(
    statement: &Statement,
    shown: &str,
    layout: &Layout,
    locks: &[GivenLock],
    used: &[UsedPackage<'_>],
    report: &mut Report,
) {
    let broken = report.broken();
    let verdict = if broken.is_empty() {
        let faults = faults(statement, layout, locks, used);
        if faults.is_empty() {
            Verdict::Holds(format!(
                "it is about {}, and names its locks, packages and layers",
                layout.root
            ))
        } else {
            Verdict::Broken(faults.join("; "))
        }
    } else {
        Verdict::Unknown(format!("broken: {}", listed(&broken)))
    };
    report.add(LinkKind::Provenance, shown, verdict);
}

fn faults(
    statement: &Statement,
    layout: &Layout,
    locks: &[GivenLock],
    used: &[UsedPackage<'_>],
) -> Vec<String> {
    let mut faults = Vec::new();
    let images = layout.images.iter().map(|image| image.digest);
    for digest in std::iter::once(layout.root).chain(images) {
        if !statement.is_about(digest) && faults.is_empty() {
            faults.push(format!("it is not about {digest}"));
        }
    }
    let resources = |kind| -> BTreeSet<(Digest, String)> {
        let resources = statement.predicate.of_kind(kind);
        resources
            .map(|one| (one.sha256, one.name.clone()))
            .collect()
    };
    let given = locks.iter().map(|lock| (lock.digest, lock.shown.clone()));
    differ(
        "lock",
        &resources(ResourceKind::Lock),
        &given.collect(),
        &mut faults,
    );
    let own = used.iter().filter_map(|package| {
        let sha256 = package.locked?.package.sha256;
        Some((sha256, package.name()))
    });
    differ(
        "package",
        &resources(ResourceKind::Package),
        &own.collect(),
        &mut faults,
    );
    let stated: BTreeSet<(Digest, String)> = layers(statement)
        .map(|layer| (layer, String::new()))
        .collect();
    let own = layout.images.iter().flat_map(|image| &image.layers);
    let own = own.filter_map(|layer| Some((layer.diff_id?, String::new())));
    differ("layer", &stated, &own.collect(), &mut faults);
    faults
}

/// Adds the digests that only one side has.
fn differ(
    what: &str,
    stated: &BTreeSet<(Digest, String)>,
    own: &BTreeSet<(Digest, String)>,
    faults: &mut Vec<String>,
) {
    let without = |these: &BTreeSet<(Digest, String)>, those: &BTreeSet<(Digest, String)>| {
        let known: BTreeSet<Digest> = those.iter().map(|(digest, _)| *digest).collect();
        let missing = these.iter().filter(|(digest, _)| !known.contains(digest));
        let names = missing.map(|(digest, name)| format!("{name} {digest}").trim().to_owned());
        names.collect::<Vec<String>>()
    };
    let (added, missing) = (without(stated, own), without(own, stated));
    if !missing.is_empty() {
        faults.push(format!("it does not name the {what} {}", listed(&missing)));
    }
    if !added.is_empty() {
        faults.push(format!(
            "it names the {what} {}, which is not used",
            listed(&added)
        ));
    }
}
