//! Packages of security suites.

use std::collections::BTreeSet;

use apt_archive::Origin;
use lock::{Location, Lock, LockedPackage, LockedSource};

/// The end of the names of suites and repositories of Debian's security team: `bookworm-security`, `debian-security`.
const END: &str = "-security";

/// Whether a package of a lock is from a security suite: by the name of its source, or of the repository.
pub fn is_security(lock: &Lock, package: &LockedPackage) -> bool {
    let Location::Source { key, .. } = &package.location else {
        return false;
    };
    // A source of kept packages is `NAME@DATE`.
    let name = key.split('@').next().unwrap_or(key);
    let source = lock.sources.get(key).and_then(LockedSource::suite);
    let is_origin = source.is_some_and(|suite| match &suite.origin {
        Origin::Archive(name) => name.ends_with(END),
        Origin::Url(_) => false,
    });
    is_origin || name.ends_with(END)
}

/// The names of packages that a security suite changes: the new lock has a file of a security suite that the old one does
/// not have.
pub fn security_packages(old: &Lock, new: &Lock) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (name, files) in &new.packages {
        let before = old.packages.get(name);
        let is_known = |file: &LockedPackage| {
            let mut files = before.into_iter().flat_map(|files| files.values());
            files.any(|known| known.sha256 == file.sha256)
        };
        let mut files = files.values();
        if files.any(|file| is_security(new, file) && !is_known(file)) {
            names.insert(name.clone());
        }
    }
    names.into_iter().collect()
}
