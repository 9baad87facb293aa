//! Resolves requested packages to a consistent set: the set that apt would install on an empty system.
//!
//! apt's algorithm runs first (`walk`), and an independent check (`check`) examines its result. If the result is
//! consistent, it is the answer. Otherwise a solver (`solve`) searches for a consistent set that differs little from
//! it, or proves that there is none; then `explain` writes the reason. Decision 0003 explains this design and lists
//! the differences from apt.

use std::collections::BTreeSet;

use blob::{Error, Result};

use crate::pool::{Id, Pool};
use crate::request::Request;
use crate::resolution::{describe, Reason, Resolution};
use crate::select::select;
use crate::universe::Universe;
use crate::{check, explain, solve, walk};

/// Resolves a request. The answer contains each requested package in the requested version.
///
/// Only `Depends` and `Pre-Depends` add packages; `Recommends` and `Suggests` never do. The same universe and request
/// give the same answer, in the same order.
///
/// # Errors
///
/// Fails if a requested package does not exist, is also excluded or is requested in two versions, if the request is
/// unsatisfiable, or if a paragraph that the resolution reads is malformed.
pub fn resolve<'u>(universe: &'u Universe, request: &Request) -> Result<Resolution<'u>> {
    resolve_within(universe, request)
        .map_err(|error| error.within("resolve packages for", universe.architecture()))
}

fn resolve_within<'u>(universe: &'u Universe, request: &Request) -> Result<Resolution<'u>> {
    let selected = select(universe, request)?;
    let chosen = selected
        .iter()
        .map(|(entry, _)| (entry.package.name.as_str(), *entry));
    let excluded = request.exclusions.iter().map(ToString::to_string);
    let pool = Pool::new(universe, chosen.collect(), excluded.collect());
    let mut roots: Vec<(Id, Reason<'u>)> = Vec::new();
    for (entry, reason) in &selected {
        match pool.candidate(entry.package.name.as_str())? {
            Some(id) if roots.iter().all(|(other, _)| *other != id) => roots.push((id, *reason)),
            _ => {}
        }
    }
    let requested: Vec<Id> = roots.iter().map(|(id, _)| *id).collect();
    let set = choose(&pool, &requested)?;
    describe(&pool, &roots, &set)
}

/// Returns the set that the walk marks if it is consistent, or else the solver's set.
fn choose(pool: &Pool<'_>, requested: &[Id]) -> Result<BTreeSet<Id>> {
    let walked: BTreeSet<Id> = walk::walk(pool, requested)?.into_iter().collect();
    let needed = check::needed(pool, requested, &walked)?;
    if check::fault(pool, requested, &needed)?.is_none() {
        return Ok(needed);
    }
    let Some(solved) = solve::solve(pool, requested, &walked)? else {
        return Err(explain::explain(pool, requested)?);
    };
    let needed = check::needed(pool, requested, &solved)?;
    match check::fault(pool, requested, &needed)? {
        None => Ok(needed),
        Some(fault) => {
            let cause = format!("its answer is inconsistent ({fault:?})");
            Err(Error::cannot("use", "solver", cause).hint("report this, with the manifest"))
        }
    }
}
