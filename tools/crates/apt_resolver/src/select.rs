//! Finds the package file of each requested package.

use blob::{Error, Result};
use message::nearest;

use crate::request::{Choice, Request, RequestedPackage};
use crate::resolution::Reason;
use crate::universe::{Entry, Universe};
use crate::versions::list_versions;

/// The package files of the request, in its order; then the essential packages, if they are requested.
pub(crate) fn select<'u>(
    universe: &'u Universe,
    request: &Request,
) -> Result<Vec<(Entry<'u>, Reason<'u>)>> {
    let mut selected: Vec<(Entry<'u>, Reason<'u>)> = Vec::new();
    for requested in &request.packages {
        if request.exclusions.contains(&requested.name) {
            let cause = "it is both requested and excluded";
            return Err(
                Error::cannot("choose package", &requested.name, cause).hint(format_args!(
                    "remove `{}` or `-{}`",
                    requested.name, requested.name
                )),
            );
        }
        let entry = entry(universe, requested)?;
        let other = selected.iter().map(|(other, _)| other);
        let mut other = other.filter(|other| other.package.name == requested.name);
        if let Some(other) = other.find(|other| !other.is(&entry)) {
            let (one, other) = (&other.package.version, &entry.package.version);
            let cause = format!("two versions are requested: {one} and {other}");
            return Err(Error::cannot("choose package", &requested.name, cause)
                .hint("an image has one version of a package: request one"));
        }
        selected.push((entry, Reason::Requested));
    }
    if request.essential {
        let essential = universe.essential()?;
        selected.extend(
            essential
                .into_iter()
                .map(|entry| (entry, Reason::Essential)),
        );
        selected.retain(|(entry, _)| !request.exclusions.contains(&entry.package.name));
    }
    Ok(selected)
}

fn entry<'u>(universe: &'u Universe, requested: &RequestedPackage) -> Result<Entry<'u>> {
    if let Some(entry) = requested.pick(universe)? {
        return Ok(entry);
    }
    let versions = universe.versions(requested.name.as_str())?;
    if versions.is_empty() {
        Err(unknown(universe, requested)?)
    } else {
        let cause = match &requested.choice {
            Choice::Source(_) => "this source does not have it",
            Choice::Version(_) | Choice::Candidate => "no source has this version",
        };
        let cause = format!("{cause}; available versions: {}", list_versions(&versions));
        Err(Error::cannot("choose package", requested, cause).hint("request one of these"))
    }
}

/// The error for a package that no source has: it may be a virtual package, or the name may be misspelt.
fn unknown(universe: &Universe, requested: &RequestedPackage) -> Result<Error> {
    let name = requested.name.as_str();
    let mut providers: Vec<&str> = Vec::new();
    for entry in universe.providers(name)? {
        providers.push(entry.package.name.as_str());
    }
    providers.sort_unstable();
    providers.dedup();
    if !providers.is_empty() {
        let cause = "it is a virtual package";
        return Ok(
            Error::cannot("choose package", requested, cause).hint(format_args!(
                "request a package that provides it: {}",
                list(&providers)
            )),
        );
    }
    let cause = format!("no source has it for {}", universe.architecture());
    let error = Error::cannot("choose package", requested, cause);
    let near = nearest(name, universe.names().into_iter());
    Ok(if near.is_empty() {
        error
    } else {
        error.hint(format_args!("similar names: {}", near.join(", ")))
    })
}

/// Lists at most five names.
fn list(names: &[&str]) -> String {
    match names.len() {
        0..=5 => names.join(", "),
        more => format!("{} and {} more", names[..5].join(", "), more - 5),
    }
}
