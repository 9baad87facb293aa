//! The locks that packages and runtimes come from.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use image_contents::{Download, LockReference};
use image_facts::PackageId;
use lock::{Location, Lock, LockedPackage};

use crate::build::Source;
use crate::runtime::RuntimeLock;

/// The locks of an image.
pub(crate) struct Locks {
    packages: Vec<(LockReference, Lock)>,
    pub(crate) runtimes: Vec<RuntimeLock>,
    /// The place of the file with a SHA-256: lock, package, architecture.
    files: BTreeMap<Digest, (usize, String, String)>,
}

impl Locks {
    pub(crate) fn read(sources: &[Source<'_>]) -> Result<Self> {
        let mut locks = Self {
            packages: Vec::new(),
            runtimes: Vec::new(),
            files: BTreeMap::new(),
        };
        for source in sources {
            locks.add(source)?;
        }
        for (place, (_, lock)) in locks.packages.iter().enumerate() {
            for (name, files) in &lock.packages {
                for (architecture, package) in files {
                    let value = (place, name.clone(), architecture.clone());
                    locks.files.entry(package.sha256).or_insert(value);
                }
            }
        }
        Ok(locks)
    }

    fn add(&mut self, source: &Source<'_>) -> Result<()> {
        let Source { file, text } = source;
        let text =
            std::str::from_utf8(text).map_err(|error| Error::cannot("read lock", file, error))?;
        if RuntimeLock::is_one(text) {
            self.runtimes.push(RuntimeLock::parse(file, text)?);
            return Ok(());
        }
        let lock = Lock::parse(file, text)?;
        let reference = LockReference {
            distro: lock.distro.clone(),
            sha256: Digest::of(text.as_bytes()),
            snapshot: Some(lock.snapshot().to_string()),
        };
        self.packages.push((reference, lock));
        Ok(())
    }

    /// The locks of packages, sorted.
    pub(crate) fn references(&self) -> Vec<LockReference> {
        let references = self.packages.iter().map(|(reference, _)| reference.clone());
        let mut references: Vec<_> = references.collect();
        references.sort();
        references.dedup();
        references
    }

    /// The download of a package file.
    pub(crate) fn download(&self, sha256: Digest, size: Option<u64>) -> Download {
        let plain = Download {
            sha256: Some(sha256),
            size,
            url: None,
            pool_path: None,
            suite: None,
            snapshot: None,
        };
        let Some((lock, package)) = self.file(&sha256) else {
            return plain;
        };
        let url = lock.url(package);
        let plain = Download {
            size: size.or(package.size),
            url,
            ..plain
        };
        match &package.location {
            Location::Urls(_) => plain,
            Location::Source { key, filename } => Download {
                pool_path: Some(filename.clone()),
                suite: Some(key.clone()),
                snapshot: Some(lock.snapshot().to_string()),
                ..plain
            },
        }
    }

    /// The file of a package with this name, version and architecture.
    pub(crate) fn package(&self, id: &PackageId) -> Option<&LockedPackage> {
        let locks = self.packages.iter();
        let mut packages = locks.flat_map(|(_, lock)| lock.packages.get(&id.name));
        let of_architecture = |(key, package): &(&String, &LockedPackage)| {
            let architecture = package.architecture.as_ref().unwrap_or(key);
            package.version == id.version && *architecture == id.architecture
        };
        packages.find_map(|files| files.iter().find(of_architecture).map(|(_, found)| found))
    }

    fn file(&self, sha256: &Digest) -> Option<(&Lock, &LockedPackage)> {
        let (place, name, architecture) = self.files.get(sha256)?;
        let (_, lock) = self.packages.get(*place)?;
        let package = lock.packages.get(name)?.get(architecture)?;
        Some((lock, package))
    }
}

/// The keys of a JSON object; none for another text.
pub(crate) fn has_key(text: &str, key: &str) -> bool {
    let value: std::result::Result<BTreeMap<String, serde::de::IgnoredAny>, _> =
        serde_json::from_str(text);
    value.is_ok_and(|value| value.contains_key(key))
}
