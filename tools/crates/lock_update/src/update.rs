//! Makes a lock from a manifest: opens the sources, chooses packages for each architecture, and merges the results.

use std::collections::{BTreeMap, BTreeSet};

use apt_archive::{Fetch, FileRecord, LocalDeb};
use apt_resolver::Entry;
use blob::{Error, Result};
use deb::Architecture;
use lock::{Lock, LockedSource, Relations};

use crate::available::IndexReader;
use crate::choose::{choose, ChosenPackage, Selection};
use crate::earlier::Earlier;
use crate::manifest::{Manifest, PackageItem};
use crate::notes::Note;
use crate::open::{open_all, OpenedSource};
use crate::parallel::in_parallel;
use crate::part::ArchitecturePart;
use crate::positions::Positions;
use crate::settings::Settings;
use crate::signatures::CheckedSignatures;
use crate::{debs, merge, missing, notes};

/// A lock, and notes for the user.
#[derive(Debug)]
pub struct Update {
    /// The lock.
    pub lock: Lock,
    /// Notes for the user.
    pub notes: Vec<Note>,
    /// Package → architecture → dependencies, as the index lists them; empty if the lock is that of [`Settings::known`].
    pub relations: Relations,
}

/// Makes a lock of the current state of a manifest's repositories. With [`Settings::known`], an earlier result can confirm
/// the lock that exists.
///
/// # Errors
///
/// Fails if the manifest is invalid, if a repository cannot be read or verified, if a Release is older than in the
/// previous lock, if an architecture lacks a package, or if the request is unsatisfiable.
pub fn update(manifest: &Manifest, fetch: &dyn Fetch, settings: &Settings<'_>) -> Result<Update> {
    let architectures: BTreeSet<&str> = manifest.archs.iter().map(String::as_str).collect();
    let architectures: Vec<&str> = architectures.into_iter().collect();
    let Opened {
        package_items,
        sources: opened,
        mut notes,
    } = Opened::of(manifest, fetch, settings, None)?;
    let earlier = Earlier::of(manifest, &opened, settings);
    if let (Some(earlier), Some(known)) = (&earlier, settings.known) {
        let reader = IndexReader {
            manifest,
            sources: &opened,
            debs: &[],
            fetch,
            positions: None,
        };
        if let Some(others) = earlier.notes(known, &reader)? {
            notes.extend(others);
            return Ok(Update {
                lock: known.clone(),
                notes,
                relations: Relations::new(),
            });
        }
    }
    let Collection { parts, sources } = collect(
        manifest,
        &package_items,
        &opened,
        fetch,
        settings,
        &architectures,
        None,
    )?;
    let others = notes::notes(manifest, &parts);
    let relations = relations(&parts);
    let lock = Lock {
        distro: settings.distro.to_owned(),
        architectures: parts.keys().map(|&name| name.to_owned()).collect(),
        sources,
        packages: merge::locked_packages(parts),
    };
    if let Some(earlier) = earlier {
        earlier.remember(&lock, &others, fetch);
    }
    notes.extend(others);
    Ok(Update {
        lock,
        notes,
        relations,
    })
}

/// The checked manifest, and its repositories with checked Releases.
struct Opened<'a> {
    package_items: Vec<PackageItem>,
    sources: Vec<OpenedSource<'a>>,
    notes: Vec<Note>,
}

impl<'a> Opened<'a> {
    /// Reads the whole manifest before the first request, so that an error in it costs no download.
    fn of(
        manifest: &'a Manifest,
        fetch: &dyn Fetch,
        settings: &Settings<'_>,
        checked: Option<&CheckedSignatures<'_>>,
    ) -> Result<Self> {
        manifest.check()?;
        let package_items = manifest.package_items()?;
        let sources = open_all(manifest, fetch, settings, checked)?;
        check_not_older(&sources, settings)?;
        let notes = notes::undated(&sources);
        Ok(Self {
            package_items,
            sources,
            notes,
        })
    }
}

fn relations(parts: &BTreeMap<&str, ArchitecturePart>) -> Relations {
    let mut relations = Relations::new();
    for (architecture, part) in parts {
        for chosen in &part.chosen {
            let own = relations.entry(chosen.name.clone()).or_default();
            own.insert((*architecture).to_owned(), chosen.relations.clone());
        }
    }
    relations
}

/// The packages of all architectures.
struct Collection<'a> {
    parts: BTreeMap<&'a str, ArchitecturePart>,
    sources: BTreeMap<String, LockedSource>,
}

fn collect<'a>(
    manifest: &'a Manifest,
    package_items: &[PackageItem],
    sources: &[OpenedSource<'_>],
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
    architectures: &[&'a str],
    positions: Option<&Positions<'_>>,
) -> Result<Collection<'a>> {
    let debs = debs::single_debs(manifest, fetch, settings)?;
    let reader = IndexReader {
        manifest,
        sources,
        debs: &debs,
        fetch,
        positions,
    };
    let parts = in_parallel(architectures, |architecture| {
        let available = reader.read(architecture)?;
        let package_items = items_of(package_items, &debs, architecture)?;
        let sha256 = |entry: &Entry<'_>, filename: &str, listed: &FileRecord| {
            debs::sha256(sources, fetch, entry, filename, listed)
        };
        let selection = choose(manifest, &package_items, &available.universe, &sha256)?;
        if !available.universe.is_intact() {
            let cause = "a stored block of an index is damaged";
            return Err(Error::cannot("read packages for", architecture, cause));
        }
        let Selection {
            chosen,
            missing,
            unknown,
        } = selection;
        Ok(ArchitecturePart {
            chosen,
            missing,
            unknown,
            indexes: available.indexes,
            unverified: available.unverified,
        })
    })?;
    let parts: BTreeMap<&str, ArchitecturePart> =
        architectures.iter().copied().zip(parts).collect();
    missing::check_none_missing(manifest, sources, &parts)?;
    missing::check_exclusions(package_items, &parts)?;
    let sources = merge::locked_sources(sources, &parts);
    Ok(Collection { parts, sources })
}

/// The packages of one architecture, without a lock.
#[derive(Debug)]
pub struct PackageList {
    /// The packages, sorted by package name.
    pub packages: Vec<ChosenPackage>,
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
) -> Result<PackageList> {
    architecture.parse::<Architecture>()?;
    let checked = settings.program.map(CheckedSignatures::of);
    let Opened {
        package_items,
        sources,
        mut notes,
    } = Opened::of(manifest, fetch, settings, checked.as_ref())?;
    let list = |positions: Option<&Positions<'_>>| {
        collect(
            manifest,
            &package_items,
            &sources,
            fetch,
            settings,
            &[architecture],
            positions,
        )
    };
    let earlier = settings.program.map(Positions::of);
    let collection = match list(earlier.as_ref()) {
        // An error of an earlier run's positions may be no fact, and only whole texts have all facts for its message.
        Err(_) if earlier.as_ref().is_some_and(Positions::used) => {
            list(settings.program.map(Positions::anew).as_ref())?
        }
        collection => collection?,
    };
    let parts = collection.parts;
    notes.extend(notes::notes(manifest, &parts));
    let packages = parts.into_values().flat_map(|part| part.chosen).collect();
    Ok(PackageList { packages, notes })
}

/// The requested packages of an architecture: those of `packages`, and the single packages for this architecture.
fn items_of(
    package_items: &[PackageItem],
    debs: &[LocalDeb],
    architecture: &str,
) -> Result<Vec<PackageItem>> {
    let mut own: Vec<PackageItem> = package_items
        .iter()
        .filter(|item| item.architectures.allows(architecture))
        .cloned()
        .collect();
    for deb in debs.iter().filter(|deb| deb.is_for(architecture)) {
        let item: PackageItem = deb.name().parse()?;
        if !own.iter().any(|other| other.name() == item.name()) {
            own.push(item);
        }
    }
    Ok(own)
}

/// A Release that is older than the last one comes from an outdated mirror or from an attacker.
fn check_not_older(sources: &[OpenedSource<'_>], settings: &Settings<'_>) -> Result<()> {
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
                let hint = if settings.clock.is_some_and(|clock| old > clock) {
                    "the date in the lock is in the future: restore the lock from version control, or delete it and lock again"
                } else {
                    "use another mirror, or lock a snapshot on purpose with `--snapshot TIME`"
                };
                return Err(Error::cannot("use source", key, cause).hint(hint));
            }
        }
    }
    Ok(())
}
