//! From a manifest to a lock: sources are opened, each architecture chooses from what they offer, one lock tells it all.

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

/// What a lock depends on besides the manifest and the archive.
pub struct Settings<'a> {
    /// The distro's name.
    pub distro: &'a str,
    /// Gives the keyring of a source's `signed_by`.
    pub keyring: &'a (dyn Fn(&str) -> Result<Keyring> + Sync),
    /// Reads the packages of a source's `folder`.
    pub folder: &'a (dyn Fn(&str) -> Result<Vec<LocalDeb>> + Sync),
    /// The time of this machine: no Release may be dated after it; none where that is not judged.
    pub clock: Option<Timestamp>,
    /// The time that `Valid-Until` is judged at; none for a snapshot, which is old and may be.
    pub now: Option<Timestamp>,
    /// The lock that is to be replaced: no Release may be older than it says; none for a snapshot.
    pub previous: Option<&'a Lock>,
}

/// A lock, and what a person should know of it.
#[derive(Debug)]
pub struct Update {
    /// The lock.
    pub lock: Lock,
    /// What is noteworthy.
    pub notes: Vec<Note>,
    /// Package → architecture → what it depends on, as its index says.
    pub relations: Relations,
}

/// Package → architecture → what it depends on.
pub type Relations = BTreeMap<String, BTreeMap<String, Vec<Relation>>>;

/// What one architecture contributes to a lock.
struct Share {
    chosen: Vec<Chosen>,
    missing: Vec<Missing>,
    /// Excluded names that are nowhere, and names like them.
    unknown: BTreeMap<String, Vec<String>>,
    indexes: BTreeMap<String, BTreeMap<String, Blob>>,
    unverified: BTreeMap<String, Unverified>,
}

/// Asks the archives of a manifest and makes the lock of what they say today.
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

/// Gives the verified `Packages` texts of a manifest's suites, by source and architecture, without a lock.
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

/// What all architectures take.
struct Taken<'a> {
    shares: BTreeMap<&'a str, Share>,
    sources: BTreeMap<String, LockedSource>,
    /// What is noteworthy of the sources.
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

/// What one architecture would take, without a lock.
#[derive(Debug)]
pub struct Resolved {
    /// The packages, sorted by name.
    pub packages: Vec<Chosen>,
    /// What is noteworthy.
    pub notes: Vec<Note>,
}

/// Asks the archives of a manifest what one architecture, which need not be one of the manifest's, would take.
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

/// What an architecture is to have: what `packages` says, and the single packages that are for it.
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
    // Signatures take their time, and so do answers from far away.
    let sources: Vec<(usize, &Source)> = manifest.sources.iter().enumerate().collect();
    parallel::in_parallel(&sources, |(rank, source)| {
        open(source, *rank, fetch, settings)
    })
}

/// A mirror that went back in time is out of date, or an attacker's.
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
