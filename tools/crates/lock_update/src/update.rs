//! Makes a lock from a manifest: opens the sources, chooses packages for each architecture, and merges the results.

use std::collections::{BTreeMap, BTreeSet};

use apt_archive::{Fetch, Listed, LocalDeb};
use apt_resolver::Entry;
use blob::{Error, Result};
use deb::Architecture;
use lock::{Lock, LockedSource, Relations};

use crate::available::Offering;
use crate::choose::{choose, Chosen, Selection};
use crate::manifest::{Manifest, Wish};
use crate::notes::Note;
use crate::open::{open_all, Opened};
use crate::parallel::in_parallel;
use crate::settings::Settings;
use crate::share::Share;
use crate::{debs, merge, missing, notes};

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
    let shares = in_parallel(architectures, |architecture| {
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
        let wish: Wish = deb.name().parse()?;
        if !own.iter().any(|other| other.name() == wish.name()) {
            own.push(wish);
        }
    }
    Ok(own)
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
