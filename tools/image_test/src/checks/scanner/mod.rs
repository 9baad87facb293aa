//! Check `scanner`: an independent scanner finds all packages of the image, and nothing else.

mod run;
mod sbom;

use std::collections::BTreeSet;
use std::path::Path;

use blob::Result;
use image_facts::{Package, Packages};

use self::sbom::{Found, Sbom};
use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::options::CheckFlags;
use super::{verdict, CheckResult};

/// Findings of a scanner that are not packages: the package URL without qualifiers.
const SCANNED: Section = Section("scanned");

pub(crate) const CHECK: Check = Check {
    name: "scanner",
    help: "A scanner finds every package of the image, and no other package",
    collects: |_| Collects {
        texts: true,
        ..Collects::NOTHING
    },
    is_in_all: |flags| flags.scanner.is_some() || flags.scanned.is_some(),
    evaluate: |facts| {
        let distro = facts.texts.distro(facts.root);
        let (layout, packages) = (facts.layout, facts.packages());
        evaluate(
            layout,
            &packages,
            distro.as_deref(),
            facts.flags,
            facts.declared,
        )
    },
    sections: &[SCANNED],
    ..Check::OF_ROOT
};

/// `layout` is the argument of the scanner; `distro` is the `distro` of package URLs, `debian-12`, from os-release.
fn evaluate(
    layout: &Path,
    packages: &Packages,
    distro: Option<&str>,
    flags: &CheckFlags,
    declared: &Declared,
) -> Result<Vec<CheckResult>> {
    let sbom = match (&flags.scanned, &flags.scanner) {
        (Some(file), _) => Sbom::read(file)?,
        (None, Some(program)) => run::scan(program, &flags.scanner_argument, layout)?,
        (None, None) => Sbom::default(),
    };
    Ok(compare(&sbom, packages, distro, declared))
}

fn compare(
    sbom: &Sbom,
    packages: &Packages,
    distro: Option<&str>,
    declared: &Declared,
) -> Vec<CheckResult> {
    let debs = sbom.found.iter().filter(|found| found.is_deb());
    let (mut missing, mut wrong, mut more) = (Vec::new(), Vec::new(), Vec::new());
    let found: Vec<&Found> = debs.collect();
    for (name, package) in &packages.by_name {
        let of_name: Vec<_> = found.iter().filter(|found| found.name == *name).collect();
        match of_name.as_slice() {
            [] => missing.push(format!("package {name} {} is not found", package.version)),
            [one] => wrong.extend(differences(one, name, package, distro)),
            _ => more.push(format!("package {name} is found {} times", of_name.len())),
        }
    }
    let names: BTreeSet<&str> = packages.by_name.keys().map(String::as_str).collect();
    for found in &sbom.found {
        let known = found.is_deb() && names.contains(found.name.as_str());
        if !known && !declared.allows(SCANNED, &found.bare) {
            more.push(format!(
                "`{}` is neither a package of the image nor declared",
                found.bare
            ));
        }
    }
    more.extend(declared.unused(SCANNED));
    vec![
        verdict("every package is found", missing),
        verdict(
            "version, architecture, source and distro are correct",
            wrong,
        ),
        verdict("no other package is found", more),
    ]
}

fn differences(found: &Found, name: &str, package: &Package, distro: Option<&str>) -> Vec<String> {
    let facts = [
        (
            "version",
            Some(found.version.as_str()),
            Some(package.version.as_str()),
        ),
        (
            "architecture",
            found.qualifier("arch"),
            Some(package.architecture.as_str()),
        ),
        (
            "source",
            Some(found.source()),
            Some(package.source.as_str()),
        ),
        ("distro", found.distro(), distro),
    ];
    let differing = facts.into_iter().filter(|(_, found, own)| found != own);
    let show = |value: Option<&str>| value.map_or("none".to_owned(), |value| format!("`{value}`"));
    let lines = differing.map(|(fact, found, own)| {
        format!(
            "package {name} is found with {fact} {}, but has {}",
            show(found),
            show(own)
        )
    });
    lines.collect()
}

#[cfg(test)]
mod tests;
