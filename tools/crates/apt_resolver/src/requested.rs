//! Finds the package file of each requested package.

use blob::{Error, Result};
use message::nearest;

use crate::request::{Request, Wish};
use crate::resolution::Reason;
use crate::universe::{Entry, Universe};

/// The package files of the request, in its order; then the essential packages, if they are requested.
pub(crate) fn wished<'u>(
    universe: &'u Universe,
    request: &Request,
) -> Result<Vec<(Entry<'u>, Reason<'u>)>> {
    let mut wished: Vec<(Entry<'u>, Reason<'u>)> = Vec::new();
    for wish in &request.wishes {
        if request.exclusions.contains(&wish.name) {
            let cause = "it is both asked for and excluded";
            return Err(Error::cannot("choose package", &wish.name, cause)
                .hint(format_args!("remove `{}` or `-{}`", wish.name, wish.name)));
        }
        let entry = entry(universe, wish)?;
        let other = wished.iter().map(|(other, _)| other);
        let mut other = other.filter(|other| other.package.name == wish.name);
        if let Some(other) = other.find(|other| !other.is(&entry)) {
            let (one, other) = (&other.package.version, &entry.package.version);
            let cause = format!("two versions of it are asked for, {one} and {other}");
            return Err(Error::cannot("choose package", &wish.name, cause)
                .hint("an image has one version of a package: ask for one"));
        }
        wished.push((entry, Reason::Requested));
    }
    if request.essential {
        let essential = universe.essential()?;
        wished.extend(
            essential
                .into_iter()
                .map(|entry| (entry, Reason::Essential)),
        );
        wished.retain(|(entry, _)| !request.exclusions.contains(&entry.package.name));
    }
    Ok(wished)
}

fn entry<'u>(universe: &'u Universe, wish: &Wish) -> Result<Entry<'u>> {
    if let Some(entry) = wish.pick(universe)? {
        return Ok(entry);
    }
    let versions = universe.versions(wish.name.as_str())?;
    match versions.is_empty() {
        true => Err(unknown(universe, wish)?),
        false => {
            let cause = format!("on offer is {}", offer(&versions));
            Err(Error::cannot("choose package", wish, cause).hint("ask for one of these"))
        }
    }
}

/// The error for a package that no source has: it may be a virtual package, or the name may be misspelt.
fn unknown(universe: &Universe, wish: &Wish) -> Result<Error> {
    let name = wish.name.as_str();
    let mut providers: Vec<&str> = Vec::new();
    for entry in universe.providers(name)? {
        providers.push(entry.package.name.as_str());
    }
    providers.sort_unstable();
    providers.dedup();
    if !providers.is_empty() {
        let cause = "it is a virtual package, and which one is to provide it is not said";
        return Ok(
            Error::cannot("choose package", wish, cause).hint(format_args!(
                "name one that provides it: {}",
                list(&providers)
            )),
        );
    }
    let cause = format!("no source has it for {}", universe.architecture());
    let error = Error::cannot("choose package", wish, cause);
    let near = nearest(name, universe.names().into_iter());
    Ok(match near.is_empty() {
        true => error,
        false => error.hint(format_args!(
            "instead of `{name}` there is {}",
            near.join(", ")
        )),
    })
}

/// Lists at most five names.
fn list(names: &[&str]) -> String {
    match names.len() {
        0..=5 => names.join(", "),
        more => format!("{} and {} more", names[..5].join(", "), more - 5),
    }
}

/// Lists versions and their sources: `1.0 in bookworm, 1.1 in bookworm-backports`.
pub(crate) fn offer(versions: &[Entry<'_>]) -> String {
    let versions = versions.iter();
    let places =
        versions.map(|entry| format!("{} in {}", entry.package.version, entry.source.name));
    places.collect::<Vec<_>>().join(", ")
}
