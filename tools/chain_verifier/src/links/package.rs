//! The link `package`: from an index to an entry of the lock.

use std::collections::{BTreeMap, BTreeSet};

use apt_archive::{Checksum, Package};
use blob::Digest;
use lock::{Location, LockedPackage, LockedSource};

use super::repository::{self, Evidence, TrustedSource};
use crate::layer_content::StatedPackage;
use crate::locks::{GivenLock, Locked};
use crate::report::{LinkKind, Report, Verdict};

/// A package of an image, and its entry in a lock.
#[derive(Clone, Debug)]
pub(crate) struct UsedPackage<'a> {
    pub(crate) stated: StatedPackage,
    /// Debian's name of the architecture of the image.
    pub(crate) architecture: String,
    pub(crate) locked: Option<Locked<'a>>,
}

/// The packages whose link is broken, by the digest that the lock has.
pub(crate) type BrokenPackages = BTreeSet<Digest>;

/// The paragraphs of an index that the wanted packages may match.
type Paragraphs = BTreeMap<String, Vec<Listed>>;

/// The facts of a paragraph.
struct Listed {
    version: String,
    architecture: String,
    source: (String, String),
    filename: String,
    size: u64,
    checksum: Checksum,
}

impl UsedPackage<'_> {
    /// `netbase 6.4 all`
    pub(crate) fn name(&self) -> String {
        let StatedPackage {
            name,
            version,
            architecture,
        } = &self.stated;
        format!("{name} {version} {architecture}")
    }
}

/// Adds the links of all packages, and those of the sources and indexes that they need.
pub(crate) fn verify(
    used: &[UsedPackage<'_>],
    evidence: &Evidence,
    report: &mut Report,
) -> BrokenPackages {
    let mut sources: BTreeMap<(String, &str), Vec<(&UsedPackage<'_>, Locked<'_>)>> =
        BTreeMap::new();
    for package in used {
        let Some(locked) = package.locked else {
            let cause = "no lock has it".to_owned();
            report.add(LinkKind::Package, package.name(), Verdict::Unknown(cause));
            continue;
        };
        match source_of(locked) {
            Ok(key) => {
                let group = sources.entry((locked.given.shown.clone(), key));
                group.or_default().push((package, locked));
            }
            Err(cause) => {
                report.add(LinkKind::Package, package.name(), Verdict::Unknown(cause));
            }
        }
    }
    let mut broken = BrokenPackages::new();
    for ((_, key), packages) in sources {
        let given = packages[0].1.given;
        for (package, verdict) in of_source(given, key, &packages, evidence, report) {
            if verdict.is_broken() {
                broken.extend(package.locked.map(|locked| locked.package.sha256));
            }
            report.add(LinkKind::Package, package.name(), verdict);
        }
    }
    broken
}

/// The key of the source with a chain, or why the package has no chain.
fn source_of(locked: Locked<'_>) -> Result<&str, String> {
    let Location::Source { key, .. } = &locked.package.location else {
        return Err("the lock has it by URL, without a repository: it has no chain".to_owned());
    };
    match locked.given.lock.sources.get(key) {
        Some(LockedSource::Suite(_)) => Ok(key),
        Some(LockedSource::Directory(directory)) => Err(format!(
            "it comes from the directory {directory}, not from a repository: it has no chain"
        )),
        None => Err(format!("the lock has no source {key}")),
    }
}

/// The verdicts for the packages of a source.
fn of_source<'a, 'b>(
    given: &GivenLock,
    key: &str,
    packages: &[(&'a UsedPackage<'b>, Locked<'_>)],
    evidence: &Evidence,
    report: &mut Report,
) -> Vec<(&'a UsedPackage<'b>, Verdict)> {
    let suite = given.lock.sources.get(key).and_then(LockedSource::suite);
    let source = suite.and_then(|suite| repository::open(evidence, given, key, suite, report));
    let Some(source) = source else {
        let cause = format!(
            "the link signature of {} does not hold",
            repository::subject(given, key)
        );
        let unknown = packages.iter();
        return unknown
            .map(|(package, _)| (*package, Verdict::Unknown(cause.clone())))
            .collect();
    };
    let (paragraphs, unread) = paragraphs(&source, packages, report);
    let verdicts = packages.iter().map(|(package, locked)| {
        let listed = paragraphs.get(&package.stated.name);
        let verdict = compare(package, locked.package, listed.map_or(&[], Vec::as_slice));
        let verdict = match (verdict, unread.first()) {
            // The paragraph may be in an index that is not trusted.
            (Verdict::Broken(_), Some(path)) => {
                Verdict::Unknown(format!("the link index of {key} {path} does not hold"))
            }
            (verdict, _) => verdict,
        };
        (*package, verdict)
    });
    verdicts.collect()
}

/// The paragraphs with names of the packages, from the indexes of their architectures, and from the others while a
/// package is missing. Also the indexes that were needed and are not trusted.
fn paragraphs(
    source: &TrustedSource<'_>,
    packages: &[(&UsedPackage<'_>, Locked<'_>)],
    report: &mut Report,
) -> (Paragraphs, Vec<String>) {
    let (mut found, mut unread) = (Paragraphs::new(), Vec::new());
    let own = |path: &str| {
        packages.iter().any(|(package, _)| {
            path.contains(&format!("binary-{}/", package.architecture)) || !path.contains("binary-")
        })
    };
    let (first, others): (Vec<&str>, Vec<&str>) = source.index_paths().partition(|path| own(path));
    for path in first {
        match source.index(path, report) {
            Some(text) => scan(&text, packages, &mut found),
            None => unread.push(path.to_owned()),
        }
    }
    for path in others {
        let is_missing = |(package, locked): &(&UsedPackage<'_>, Locked<'_>)| {
            let listed = found.get(&package.stated.name);
            let listed = listed.map_or(&[][..], Vec::as_slice);
            !compare(package, locked.package, listed).holds()
        };
        // Packages of architecture `all` may be listed for another architecture only (`architecture_all_from`).
        if !packages.iter().any(is_missing) {
            break;
        }
        match source.index(path, report) {
            Some(text) => scan(&text, packages, &mut found),
            None => unread.push(path.to_owned()),
        }
    }
    (found, unread)
}

/// Adds the paragraphs of the packages' names.
fn scan(text: &str, packages: &[(&UsedPackage<'_>, Locked<'_>)], found: &mut Paragraphs) {
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|(p, _)| p.stated.name.as_str())
        .collect();
    for paragraph in deb::index_paragraphs(text).flatten() {
        let name = paragraph.get("Package").unwrap_or_default();
        if !names.contains(name) {
            continue;
        }
        let package = Package::read(&paragraph).ok();
        let listed = package.and_then(|package| {
            let (filename, record) = package.file.listed().ok()?;
            Some(Listed {
                version: package.version.to_string(),
                architecture: package.architecture.to_string(),
                source: (package.source, package.source_version),
                filename,
                size: record.size,
                checksum: record.checksum,
            })
        });
        if let Some(listed) = listed {
            found.entry(name.to_owned()).or_default().push(listed);
        }
    }
}

/// Compares the lock's entry with the index, and with the package of the image.
fn compare(used: &UsedPackage<'_>, locked: &LockedPackage, listed: &[Listed]) -> Verdict {
    let (version, architecture) = (&locked.version, &used.stated.architecture);
    let same = listed
        .iter()
        .find(|listed| listed.version == *version && listed.architecture == *architecture);
    let Some(listed) = same else {
        let versions: BTreeSet<&str> = listed.iter().map(|l| l.version.as_str()).collect();
        let versions: Vec<&str> = versions.into_iter().collect();
        let cause = match versions[..] {
            [] => "no index lists a package of this name".to_owned(),
            _ => format!(
                "the lock has version {version}, the index lists {}",
                versions.join(", ")
            ),
        };
        return Verdict::Broken(cause);
    };
    let Checksum::Sha256(digest) = listed.checksum else {
        return Verdict::Unknown("the index has no SHA-256 of it".to_owned());
    };
    let filename = match &locked.location {
        Location::Source { filename, .. } => filename.as_str(),
        Location::Urls(_) => "",
    };
    let pairs = [
        ("digest", locked.sha256.to_string(), digest.to_string()),
        (
            "size",
            locked.size.unwrap_or(0).to_string(),
            listed.size.to_string(),
        ),
        ("path", filename.to_owned(), listed.filename.clone()),
        ("source", locked.source.clone(), listed.source.0.clone()),
        (
            "source version",
            locked.source_version.clone(),
            listed.source.1.clone(),
        ),
        (
            "version",
            locked.version.clone(),
            used.stated.version.clone(),
        ),
    ];
    for (what, own, other) in pairs {
        if own != other {
            let where_else = if what == "version" {
                "the image has"
            } else {
                "the index lists"
            };
            return Verdict::Broken(format!("the lock has {what} {own}, {where_else} {other}"));
        }
    }
    Verdict::Holds(format!("{filename} with {digest}"))
}
