//! The images that do not exist, and the reasons.

use crate::images::set::Catalogue;
use crate::table::{code, Table};

/// Images of one distro that are missing for the same reason.
struct Gap<'a> {
    distro: &'a str,
    images: Vec<String>,
    /// The missing architectures; empty if all are missing.
    architectures: Vec<&'a str>,
    reason: &'a str,
}

pub(super) fn section(catalogue: &Catalogue) -> String {
    let mut table = Table::new(["distro", "images", "architectures", "reason"]);
    for gap in gaps(catalogue) {
        let architectures = match gap.architectures[..] {
            [] => "all".to_owned(),
            ref some => some.join(" "),
        };
        table.row(
            gap.distro,
            [code(&gap.images), architectures, gap.reason.to_owned()],
        );
    }
    "## Missing images\n\n".to_owned() + &table.markdown()
}

fn gaps(catalogue: &Catalogue) -> Vec<Gap<'_>> {
    let mut gaps = Vec::new();
    for distro in &catalogue.distros {
        for family in &catalogue.families {
            for ((name, of), reason) in &family.not_made {
                if *of == distro.name {
                    add(&mut gaps, &distro.title, name, Vec::new(), reason);
                }
            }
        }
        for set in catalogue.sets() {
            if set.described.distro != distro.name {
                continue;
            }
            let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
            for (architecture, reason) in &set.described.lacks {
                match by_reason.iter_mut().find(|(known, _)| known == reason) {
                    Some((_, architectures)) => architectures.push(architecture),
                    None => by_reason.push((reason, vec![architecture])),
                }
            }
            for (reason, architectures) in by_reason {
                let name = &set.described.published;
                add(&mut gaps, &distro.title, name, architectures, reason);
            }
        }
    }
    gaps
}

/// Adds images to the row with the same gap and reason, or adds a row.
fn add<'a>(
    gaps: &mut Vec<Gap<'a>>,
    distro: &'a str,
    image: &str,
    architectures: Vec<&'a str>,
    reason: &'a str,
) {
    let same = gaps.iter_mut().find(|gap| {
        gap.distro == distro && gap.reason == reason && gap.architectures == architectures
    });
    match same {
        Some(gap) => gap.images.push(image.to_owned()),
        None => gaps.push(Gap {
            distro,
            images: vec![image.to_owned()],
            architectures,
            reason,
        }),
    }
}
