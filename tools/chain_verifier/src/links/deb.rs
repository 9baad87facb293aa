//! The link `deb`: from an entry of the lock to a file.

use std::collections::{BTreeMap, BTreeSet};

use blob::Digest;

use super::package::{BrokenPackages, UsedPackage};
use crate::deb_content::GivenDeb;
use crate::report::{LinkKind, Report, Verdict};

/// The files of packages by the digest that the lock has, or why there is no trusted file.
pub(crate) type TrustedDebs<'a> = BTreeMap<Digest, Result<&'a GivenDeb, String>>;

/// Adds the links of all packages, and one for each file that cannot be read.
pub(crate) fn verify<'a>(
    used: &[UsedPackage<'_>],
    debs: &'a [GivenDeb],
    broken: &BrokenPackages,
    report: &mut Report,
) -> TrustedDebs<'a> {
    for deb in debs {
        if let Err(cause) = &deb.control {
            let name = deb.file.path.file_name().unwrap_or_default();
            let name = name.to_string_lossy();
            report.add(LinkKind::Deb, name, Verdict::Broken(cause.clone()));
        }
    }
    let mut trusted = TrustedDebs::new();
    let mut known = BTreeSet::new();
    for package in used {
        let Some(locked) = package.locked.map(|locked| locked.package) else {
            continue;
        };
        if !known.insert(locked.sha256) {
            continue;
        }
        let (file, verdict) = if broken.contains(&locked.sha256) {
            let cause = "the link package of it is broken".to_owned();
            (None, Verdict::Unknown(cause))
        } else {
            find(package, locked.sha256, debs)
        };
        let state = match (&file, &verdict) {
            (Some(file), _) => Ok(*file),
            (None, _) => Err(format!("the link deb of {} does not hold", package.name())),
        };
        trusted.insert(locked.sha256, state);
        report.add(LinkKind::Deb, package.name(), verdict);
    }
    trusted
}

/// The file with this digest, and the verdict.
fn find<'a>(
    package: &UsedPackage<'_>,
    sha256: Digest,
    debs: &'a [GivenDeb],
) -> (Option<&'a GivenDeb>, Verdict) {
    if let Some(file) = debs.iter().find(|deb| deb.blob.digest == sha256) {
        if file.control.is_err() {
            return (None, Verdict::Unknown("its file cannot be read".to_owned()));
        }
        let text = format!("{} has {sha256}", file.file.shown);
        return (Some(file), Verdict::Holds(text));
    }
    let stated = &package.stated;
    let mut named = debs.iter();
    let other = named.find(|deb| deb.is(&stated.name, &stated.architecture));
    let verdict = match other {
        Some(other) => Verdict::Broken(format!(
            "{} has {}, the lock has {sha256}",
            other.file.shown, other.blob.digest
        )),
        None => Verdict::Unknown("no file of it is given".to_owned()),
    };
    (None, verdict)
}
