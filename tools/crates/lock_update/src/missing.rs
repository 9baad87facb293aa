//! Reports packages that no source has.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};

use crate::available::Unverified;
use crate::choose::Missing;
use crate::manifest::{Manifest, Wish};
use crate::open::Opened;
use crate::share::Share;

/// Fails with all packages that architectures lack, not only the first.
pub(crate) fn check_all_there(
    manifest: &Manifest,
    sources: &[Opened<'_>],
    shares: &BTreeMap<&str, Share>,
) -> Result<()> {
    let mut missing: BTreeMap<&str, Vec<(&str, &Missing)>> = BTreeMap::new();
    for (architecture, share) in shares {
        for one in &share.missing {
            if !manifest.skip_missing.contains(&one.name) {
                missing
                    .entry(&one.name)
                    .or_default()
                    .push((architecture, one));
            }
        }
    }
    let (mut causes, mut hints) = (Vec::new(), Vec::new());
    for (name, without) in &missing {
        causes.push(cause(sources, shares, without));
        let source = without
            .iter()
            .find_map(|(_, missing)| missing.source.as_deref());
        if let Some(source) = source.filter(|source| !has_source(sources, source)) {
            hints.push(format!(
                "`sources` has no `{source}`; add it, such as `channel: {source} main`"
            ));
        }
        let providers = without.iter().flat_map(|(_, missing)| &missing.providers);
        let providers: BTreeSet<&str> = providers.map(String::as_str).collect();
        if !providers.is_empty() {
            let all: Vec<&str> = providers.into_iter().collect();
            let all = all.join(", ");
            hints.push(format!(
                "`{name}` is a virtual package; name one that provides it: {all}"
            ));
        }
        let near: BTreeSet<&str> = without
            .iter()
            .flat_map(|(_, missing)| missing.near.iter().map(String::as_str))
            .collect();
        if !near.is_empty() {
            let near: Vec<&str> = near.into_iter().take(3).collect();
            hints.push(format!("instead of `{name}` there is {}", near.join(", ")));
        }
    }
    let mut names = missing.keys().zip(causes);
    let Some((name, mut cause)) = names.next() else {
        return Ok(());
    };
    for (name, more) in names {
        cause = format!("{cause}; cannot find package `{name}`: {more}");
    }
    let error = Error::cannot("find package", name, cause);
    match hints.is_empty() {
        true => Err(error),
        false => Err(error.hint(hints.join("; "))),
    }
}

/// Fails if no index mentions an excluded package: its name is probably misspelt. One architecture that mentions the
/// name is enough.
pub(crate) fn check_exclusions(wishes: &[Wish], shares: &BTreeMap<&str, Share>) -> Result<()> {
    for wish in wishes.iter().filter(|wish| wish.exclude) {
        let meant = shares.iter().filter(|(arch, _)| wish.on.allows(arch));
        let shares: Vec<&Share> = meant.map(|(_, share)| share).collect();
        let known = |share: &&Share| !share.unknown.contains_key(wish.name());
        if shares.is_empty() || shares.iter().any(known) {
            continue;
        }
        let cause = "no source has it, and nothing depends on it";
        let error = Error::cannot("exclude package", wish.name(), cause);
        let near = shares
            .iter()
            .filter_map(|share| share.unknown.get(wish.name()));
        let near: BTreeSet<&str> = near.flatten().map(String::as_str).collect();
        let near: Vec<&str> = near.into_iter().take(3).collect();
        return Err(match near.is_empty() {
            true => error.hint(format!("remove `-{}` from `packages`", wish.name())),
            false => error.hint(format!(
                "instead of `{}` there is {}",
                wish.name(),
                near.join(", ")
            )),
        });
    }
    Ok(())
}

/// Returns `there is none for amd64 (searched bookworm), …; on offer are 1.0 (bookworm)`.
fn cause(
    sources: &[Opened<'_>],
    shares: &BTreeMap<&str, Share>,
    without: &[(&str, &Missing)],
) -> String {
    let places = without.iter().map(|(architecture, missing)| {
        let searched = searched(sources, architecture, &shares[architecture].unverified);
        let elsewhere = match &missing.elsewhere[..] {
            [] => String::new(),
            other => format!(", which has it for {} only", other.join(", ")),
        };
        format!("{architecture} (searched {searched}{elsewhere})")
    });
    let places: Vec<String> = places.collect();
    let what = without.first().map_or("none", |(_, missing)| &missing.what);
    let on_offer = without.iter().flat_map(|(_, missing)| &missing.on_offer);
    let mut seen = BTreeSet::new();
    let on_offer: Vec<&str> = on_offer
        .map(String::as_str)
        .filter(|offer| seen.insert(*offer))
        .collect();
    let on_offer = match on_offer.is_empty() {
        true => String::new(),
        false => format!("; on offer are {}", on_offer.join(", ")),
    };
    format!("there is {what} for {}{on_offer}", places.join(", "))
}

fn has_source(sources: &[Opened<'_>], key: &str) -> bool {
    sources.iter().any(|opened| opened.source.key() == key)
}

fn searched(
    sources: &[Opened<'_>],
    architecture: &str,
    unverified: &BTreeMap<String, Unverified>,
) -> String {
    let own = sources
        .iter()
        .filter(|opened| opened.source.serves(architecture));
    let keys: BTreeSet<&str> = own.map(|opened| opened.source.key()).collect();
    let keys: Vec<&str> = keys
        .into_iter()
        .filter(|key| !unverified.contains_key(*key))
        .collect();
    match keys.is_empty() {
        true => "no suite".to_owned(),
        false => keys.join(", "),
    }
}
