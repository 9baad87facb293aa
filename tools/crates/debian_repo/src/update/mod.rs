//! Makes a lock from a manifest: opens the sources, chooses packages for each architecture, and merges the results.

mod debs;
mod merge;
mod missing;
mod notes;
mod parallel;

use std::collections::{BTreeMap, BTreeSet};

use blob::{Blob, Error, Result};
use deb::Architecture;
use jiff::Timestamp;

use crate::archive::checksum::Listed;
use crate::archive::offer::{Offering, Unverified};
use crate::archive::open::{open, Opened};
use crate::choose::{choose, Chosen, Missing, Selection};
use crate::lock::{Lock, LockedSource};
use crate::universe::Entry;
use crate::{Fetch, Keyring, LocalDeb, Manifest, Relation, Source, Wish};
pub(crate) use merge::merge_independent;
pub use notes::Note;

/// The inputs of a lock in addition to the manifest and the repositories.
pub struct Settings<'a> {
    /// The name of the distro.
    pub distro: &'a str,
    /// Returns the keyring of a source's `signed_by`.
    pub keyring: &'a (dyn Fn(&str) -> Result<Keyring> + Sync),
    /// Reads the packages of a source's `folder`.
    pub folder: &'a (dyn Fn(&str) -> Result<Vec<LocalDeb>> + Sync),
    /// The current time. No Release may have a later date; `None` turns this check off.
    pub clock: Option<Timestamp>,
    /// The time for the check of `Valid-Until`; `None` for a snapshot, which may be out of date.
    pub now: Option<Timestamp>,
    /// The lock to replace. No Release may be older than the one in this lock; `None` for a snapshot.
    pub previous: Option<&'a Lock>,
}

/// A lock, and notes for the user.
#[derive(Debug)]
pub struct Update {
    /// The lock.
    pub lock: Lock,
    /// Notes for the user.
    pub notes: Vec<Note>,
    /// Package → architecture → dependencies, as the index lists them.
    pub relations: Relations,
}

/// Package → architecture → dependencies.
pub type Relations = BTreeMap<String, BTreeMap<String, Vec<Relation>>>;

/// The part of a lock that belongs to one architecture.
struct Share {
    chosen: Vec<Chosen>,
    missing: Vec<Missing>,
    /// Excluded names that no index mentions, with similar names.
    unknown: BTreeMap<String, Vec<String>>,
    indexes: BTreeMap<String, BTreeMap<String, Blob>>,
    unverified: BTreeMap<String, Unverified>,
}

/// Makes a lock of the current state of a manifest's repositories.
///
/// # Errors
///
/// Fails if the manifest is invalid, if a repository cannot be read or verified, if a Release is older than in the
/// previous lock, if an architecture lacks a package, or if the request is unsatisfiable.
pub fn update(manifest: &Manifest, fetch: &dyn Fetch, settings: &Settings<'_>) -> Result<Update> {
    let architectures: BTreeSet<&str> = manifest.archs.iter().map(String::as_str).collect();
    let architectures: Vec<&str> = architectures.into_iter().collect();
    let Taken {
        shares,
        sources,
        mut notes,
    } = take(manifest, fetch, settings, &architectures)?;
    notes.extend(notes::notes(manifest, &shares));
    let relations = relations(&shares);
    let lock = Lock {
        distro: settings.distro.to_owned(),
        architectures: shares.keys().map(|&name| name.to_owned()).collect(),
        sources,
        packages: merge::locked_packages(shares),
    };
    Ok(Update {
        lock,
        notes,
        relations,
    })
}

fn relations(shares: &BTreeMap<&str, Share>) -> Relations {
    let mut relations = Relations::new();
    for (architecture, share) in shares {
        for chosen in &share.chosen {
            let own = relations.entry(chosen.name.clone()).or_default();
            own.insert((*architecture).to_owned(), chosen.relations.clone());
        }
    }
    relations
}

/// Passes the verified `Packages` texts of a manifest's suites to `give`, by source and architecture. This needs no
/// lock.
///
/// # Errors
///
/// Fails if the manifest is invalid, if a repository cannot be read or verified, or if `give` fails.
pub fn indexes(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    mut give: impl FnMut(&str, &str, &str) -> Result<()>,
) -> Result<()> {
    manifest.check()?;
    let sources = open_all(manifest, fetch, settings)?;
    let offering = Offering {
        manifest,
        sources: &sources,
        debs: &[],
        fetch,
    };
    for opened in sources.iter().filter(|opened| opened.suite().is_some()) {
        for architecture in &manifest.archs {
            if let Some(text) = offering.text(opened, architecture)? {
                give(opened.source.key(), architecture, &text)?;
            }
        }
    }
    Ok(())
}

/// The packages of all architectures.
struct Taken<'a> {
    shares: BTreeMap<&'a str, Share>,
    sources: BTreeMap<String, LockedSource>,
    /// Notes about the sources.
    notes: Vec<Note>,
}

fn take<'a>(
    manifest: &'a Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    architectures: &[&'a str],
) -> Result<Taken<'a>> {
    manifest.check()?;
    let wishes = manifest.wishes()?;
    let sources = open_all(manifest, fetch, settings)?;
    check_not_older(&sources, settings)?;
    let debs = debs::single_debs(manifest, fetch, settings)?;
    let offering = Offering {
        manifest,
        sources: &sources,
        debs: &debs,
        fetch,
    };
    let shares = parallel::in_parallel(architectures, |architecture| {
        let offer = offering.offer(architecture)?;
        let wishes = wishes_of(&wishes, &debs, architecture)?;
        let sha256 = |entry: &Entry<'_>, filename: &str, listed: &Listed| {
            debs::sha256(&sources, fetch, entry, filename, listed)
        };
        let selection = choose(manifest, &wishes, &offer.universe, &sha256)?;
        let Selection {
            chosen,
            missing,
            unknown,
        } = selection;
        Ok(Share {
            chosen,
            missing,
            unknown,
            indexes: offer.indexes,
            unverified: offer.unverified,
        })
    })?;
    let shares: BTreeMap<&str, Share> = architectures.iter().copied().zip(shares).collect();
    missing::check_all_there(manifest, &sources, &shares)?;
    missing::check_exclusions(&wishes, &shares)?;
    let notes = notes::undated(&sources);
    let sources = merge::locked_sources(&sources, &shares);
    Ok(Taken {
        shares,
        sources,
        notes,
    })
}

/// The packages of one architecture, without a lock.
#[derive(Debug)]
pub struct Resolved {
    /// The packages, sorted by package name.
    pub packages: Vec<Chosen>,
    /// Notes for the user.
    pub notes: Vec<Note>,
}

/// Resolves the manifest for one architecture, which need not be one of the manifest's.
///
/// # Errors
///
/// Fails in the same cases as [`update`], or if `architecture` is not a valid name.
pub fn resolve<'a>(
    manifest: &'a Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    architecture: &'a str,
) -> Result<Resolved> {
    architecture.parse::<Architecture>()?;
    let Taken {
        shares, mut notes, ..
    } = take(manifest, fetch, settings, &[architecture])?;
    notes.extend(notes::notes(manifest, &shares));
    let packages = shares
        .into_values()
        .flat_map(|share| share.chosen)
        .collect();
    Ok(Resolved { packages, notes })
}

/// The requested packages of an architecture: those of `packages`, and the single packages for this architecture.
fn wishes_of(wishes: &[Wish], debs: &[LocalDeb], architecture: &str) -> Result<Vec<Wish>> {
    let mut own: Vec<Wish> = wishes
        .iter()
        .filter(|w| w.on.allows(architecture))
        .cloned()
        .collect();
    for deb in debs.iter().filter(|deb| deb.is_for(architecture)) {
        let wish: Wish = deb.name.parse()?;
        if !own.iter().any(|other| other.name() == wish.name()) {
            own.push(wish);
        }
    }
    Ok(own)
}

pub(crate) fn open_all<'a>(
    manifest: &'a Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
) -> Result<Vec<Opened<'a>>> {
    // Checking signatures and waiting for distant mirrors both take time.
    let sources: Vec<(usize, &Source)> = manifest.sources.iter().enumerate().collect();
    parallel::in_parallel(&sources, |(rank, source)| {
        open(source, *rank, fetch, settings)
    })
}

/// A Release that is older than the last one comes from an outdated mirror or from an attacker.
fn check_not_older(sources: &[Opened<'_>], settings: &Settings<'_>) -> Result<()> {
    let Some(previous) = settings.previous else {
        return Ok(());
    };
    for opened in sources {
        let key = opened.source.key();
        let old = previous.sources.get(key).and_then(LockedSource::suite);
        let new = opened.suite();
        if let (Some(old), Some(new)) = (old, new) {
            if old.date > new.release.date {
                let (old, new) = (old.date, new.release.date);
                let cause = format!("its Release is of {new}, older than {old} in the lock");
                let hint = match settings.clock.is_some_and(|clock| old > clock) {
                    true => "the date in the lock is in the future: restore the lock from version control, or delete it and lock again",
                    false => "use another mirror, or lock a snapshot on purpose with `--snapshot TIME`",
                };
                return Err(Error::cannot("use source", key, cause).hint(hint));
            }
        }
    }
    Ok(())
}
