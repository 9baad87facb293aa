//! The locks that the user gives.

use blob::{Digest, Result};
use lock::{Lock, LockedPackage};
use serde::de::IgnoredAny;
use serde::Deserialize;

use crate::files::NamedFile;
use crate::layer_content::StatedPackage;
use crate::report::{LinkKind, Report, Verdict};

/// The maximum size of a lock in bytes: ten times that of Debian's largest lock in this project.
const MAX_LOCK: u64 = 16 << 20;

/// A lock and its file.
#[derive(Debug)]
pub(crate) struct GivenLock {
    pub(crate) shown: String,
    pub(crate) digest: Digest,
    pub(crate) lock: Lock,
}

/// A package of an image, with the lock that has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locked<'a> {
    pub(crate) given: &'a GivenLock,
    pub(crate) package: &'a LockedPackage,
}

/// The fields by which a lock of runtimes is recognised (`docs/reference/formats/runtime_lock.md`). A runtime comes from
/// no Debian repository.
#[derive(Deserialize)]
struct RuntimeLock {
    #[serde(rename = "archives")]
    _archives: IgnoredAny,
    #[serde(rename = "name")]
    _name: String,
}

/// Reads the locks. One that is malformed is a broken link.
pub(crate) fn read(files: &[NamedFile], report: &mut Report) -> Result<Vec<GivenLock>> {
    let mut locks = Vec::new();
    for file in files {
        let text = file.read_text(MAX_LOCK)?;
        if serde_json::from_str::<RuntimeLock>(&text).is_ok() {
            continue;
        }
        match Lock::parse(&file.shown, &text) {
            Ok(lock) => {
                let facts = format!(
                    "{} packages, snapshot {}",
                    lock.packages.len(),
                    lock.snapshot()
                );
                report.add(LinkKind::Lock, &file.shown, Verdict::Holds(facts));
                locks.push(GivenLock {
                    shown: file.shown.clone(),
                    digest: Digest::of(text.as_bytes()),
                    lock,
                });
            }
            Err(error) => {
                let verdict = Verdict::Broken(error.to_string());
                report.add(LinkKind::Lock, &file.shown, verdict);
            }
        }
    }
    Ok(locks)
}

/// The entry of a lock for a package of an image of this Debian architecture: that with the same version, or else any
/// with the same name.
pub(crate) fn find<'a>(
    locks: &'a [GivenLock],
    stated: &StatedPackage,
    architecture: &str,
) -> Option<Locked<'a>> {
    let architecture = match stated.architecture.as_str() {
        "" | "all" => architecture,
        own => own,
    };
    let found = || {
        locks.iter().filter_map(|given| {
            let package = given.lock.package(&stated.name, architecture)?;
            Some(Locked { given, package })
        })
    };
    let same = found().find(|locked| locked.package.version == stated.version);
    same.or_else(|| found().next())
}
