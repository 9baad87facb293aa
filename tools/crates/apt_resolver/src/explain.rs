//! Explains why a request is unsatisfiable: from a requested package, relation by relation, to the one that no package
//! satisfies, or to two packages in conflict.

use std::collections::BTreeSet;

use blob::{Error, Result};
use message::nearest;

use crate::forced::{forced, Contradiction, Forced};
use crate::hopeless::Hopeless;
use crate::pool::{Group, Id, Pool};
use crate::requested::offer;
use crate::solve::solve;
use crate::universe::Entry;

/// The largest number of requested packages that are left out one at a time to find the smallest conflict.
const MOST_TRIED: usize = 200;

/// Returns the error for an unsatisfiable request.
pub(crate) fn explain(pool: &Pool<'_>, requested: &[Id]) -> Result<Error> {
    let hopeless = Hopeless::find(pool, requested)?;
    let mut first = requested.iter().filter(|id| hopeless.is(**id));
    if let Some(id) = first.next() {
        return missing(pool, &hopeless, *id);
    }
    let quarrel = quarrel(pool, requested)?;
    let forced = forced(pool, &quarrel, &hopeless)?;
    let mut clauses = Vec::new();
    let last = match &forced.contradiction {
        Some(Contradiction::Pair(id, enemy)) => {
            forced.chain(pool, *id, &mut clauses);
            forced.chain(pool, *enemy, &mut clauses);
            conflict(pool, &forced, *id, *enemy)?
        }
        Some(Contradiction::Nothing(id, number)) => {
            forced.chain(pool, *id, &mut clauses);
            exhausted(pool, &forced, *id, *number, &mut clauses)?
        }
        None => "whatever meets their relations, two packages of it exclude each other".to_owned(),
    };
    clauses.push(last);
    let names: Vec<&str> = quarrel.iter().map(|id| pool.name(*id)).collect();
    let verb = match names.len() {
        1 => "install package",
        _ => "install together",
    };
    Ok(Error::cannot(verb, names.join(", "), sentence(&clauses)).hint(hint(names.len())))
}

fn hint(wishes: usize) -> &'static str {
    match wishes {
        1 => "do not ask for it, or take another version of it (`name=version`)",
        _ => "ask for fewer of these packages, or for other versions (`name=version`)",
    }
}

/// A relation that no package can satisfy, with the chain of relations that leads to it.
fn missing(pool: &Pool<'_>, hopeless: &Hopeless, from: Id) -> Result<Error> {
    let mut clauses = Vec::new();
    let mut id = from;
    loop {
        let relations = pool.relations(id)?;
        let group = hopeless.cause(id).map(|number| &relations.depends[number]);
        let Some(group) = group else { break };
        let requested = if id == from { " (requested)" } else { "" };
        clauses.push(format!(
            "`{}`{requested} needs `{}`",
            pool.name(id),
            group.relation
        ));
        let next = group.solutions().next();
        match next {
            Some(next) => id = next,
            None => {
                clauses.push(on_offer(pool, group)?);
                let error = Error::cannot("install package", pool.name(from), sentence(&clauses));
                let advice = advice(pool, group)?;
                let other = "add the source that has it, or do not ask for the package";
                return Ok(error.hint(advice.as_deref().unwrap_or(other)));
            }
        }
    }
    Ok(Error::cannot(
        "install package",
        pool.name(from),
        sentence(&clauses),
    ))
}

/// The available packages for each name of a relation.
fn on_offer(pool: &Pool<'_>, group: &Group<'_>) -> Result<String> {
    let mut offers: Vec<String> = Vec::new();
    for atom in &group.atoms {
        let name = atom.alternative.name.as_str();
        let versions = pool.universe.versions(name)?;
        let providers = pool.universe.providers(name)?;
        let offer = match (versions.is_empty(), providers.is_empty()) {
            (false, _) => format!("of `{name}` there is {}", offer(&versions)),
            (true, false) => format!("`{name}` is only provided, by {}", provided(&providers)),
            (true, true) => format!("no source has `{name}`"),
        };
        if !offers.contains(&offer) {
            offers.push(offer);
        }
    }
    Ok(offers.join(" and "))
}

fn provided(providers: &[Entry<'_>]) -> String {
    let mut names: Vec<String> = providers
        .iter()
        .map(|entry| format!("`{}`", entry.package.name))
        .collect();
    names.sort();
    names.dedup();
    names.truncate(3);
    names.join(", ")
}

/// Suggests a version that satisfies the relation but is not the candidate, or a similar name.
fn advice(pool: &Pool<'_>, group: &Group<'_>) -> Result<Option<String>> {
    for atom in &group.atoms {
        let name = atom.alternative.name.as_str();
        let versions = pool.universe.versions(name)?;
        let would = versions
            .iter()
            .find(|entry| atom.alternative.allows(&entry.package.version));
        if let Some(entry) = would {
            let (version, source) = (&entry.package.version, &entry.source.name);
            return Ok(Some(format!(
                "ask for `{name}={version}`, which {source} has"
            )));
        }
        if versions.is_empty() {
            let near = nearest(name, pool.universe.names().into_iter());
            if !near.is_empty() {
                let near = near.join(", ");
                return Ok(Some(format!("instead of `{name}` there is {near}")));
            }
        }
    }
    Ok(None)
}

/// A minimal set of requested packages in conflict. Each package is left out in turn, and stays out if the rest is
/// still unsatisfiable.
fn quarrel(pool: &Pool<'_>, requested: &[Id]) -> Result<Vec<Id>> {
    let mut quarrel = requested.to_vec();
    if quarrel.len() > MOST_TRIED {
        return Ok(quarrel);
    }
    for id in requested {
        let less: Vec<Id> = quarrel
            .iter()
            .copied()
            .filter(|other| other != id)
            .collect();
        if solve(pool, &less, &BTreeSet::new())?.is_none() {
            quarrel = less;
        }
    }
    Ok(quarrel)
}

/// ``a` conflicts with `b (<< 2)``
fn conflict<'u>(pool: &Pool<'u>, forced: &Forced<'u>, id: Id, enemy: Id) -> Result<String> {
    let (one, other) = (forced.named(pool, id), forced.named(pool, enemy));
    let relations = pool.relations(id)?;
    let found = relations
        .conflicts
        .iter()
        .position(|atom| atom.solutions.contains(&enemy));
    let Some((number, atom)) = found.and_then(|n| Some((n, relations.conflicts.get(n)?))) else {
        return Ok(format!("{one} excludes {other}"));
    };
    let verb = match number < pool.package(id).conflicts.len() {
        true => "conflicts with",
        false => "breaks",
    };
    let alternative = atom.alternative;
    let version = &pool.package(enemy).version;
    Ok(
        match (
            alternative.name.as_str() == pool.name(enemy),
            &alternative.constraint,
        ) {
            (true, None) => format!("{one} {verb} {other}"),
            (true, Some(_)) => format!("{one} {verb} `{alternative}`, and {other} is {version}"),
            (false, _) => format!("{one} {verb} `{alternative}`, which {other} provides"),
        },
    )
}

/// Explains a relation whose solutions all conflict with packages that must be installed.
fn exhausted<'u>(
    pool: &Pool<'u>,
    forced: &Forced<'u>,
    id: Id,
    number: usize,
    clauses: &mut Vec<String>,
) -> Result<String> {
    let relations = pool.relations(id)?;
    let Some(group) = relations.depends.get(number) else {
        return Ok(String::new());
    };
    clauses.push(format!(
        "{} needs `{}`",
        forced.named(pool, id),
        group.relation
    ));
    let mut solutions: Vec<Id> = group.solutions().collect();
    solutions.dedup();
    let mut last = Vec::new();
    for solution in solutions {
        let Some((one, other)) = forced.excluded(pool, solution)? else {
            last.push(format!("`{}` cannot be installed", pool.name(solution)));
            continue;
        };
        let must = if one == solution { other } else { one };
        forced.chain(pool, must, clauses);
        last.push(conflict(pool, forced, one, other)?);
    }
    Ok(last.join(" and "))
}

/// `a, b, and c`
fn sentence(clauses: &[String]) -> String {
    let mut seen: Vec<&String> = Vec::new();
    for clause in clauses {
        if !seen.contains(&clause) {
            seen.push(clause);
        }
    }
    match seen.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).clone(),
        Some((last, rest)) => {
            let rest: Vec<&str> = rest.iter().map(|clause| clause.as_str()).collect();
            format!("{}, and {last}", rest.join(", "))
        }
    }
}
