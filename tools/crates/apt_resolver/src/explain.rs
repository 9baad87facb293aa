//! Explains why a request is unsatisfiable: from a requested package, relation by relation, to the one that no package
//! satisfies, or to two packages in conflict.

use std::collections::BTreeSet;

use blob::{Error, Result};
use message::nearest;

use crate::pool::{Group, Id, Pool};
use crate::required::{required, Contradiction, RequiredPackages};
use crate::solve::solve;
use crate::uninstallable::Uninstallable;
use crate::universe::Entry;
use crate::versions::list_versions;

/// The largest number of requested packages that are left out one at a time to find the smallest conflict.
const MOST_TRIED: usize = 200;

/// Returns the error for an unsatisfiable request.
pub(crate) fn explain(pool: &Pool<'_>, requested: &[Id]) -> Result<Error> {
    let uninstallable = Uninstallable::find(pool, requested)?;
    let mut first = requested.iter().filter(|id| uninstallable.is(**id));
    if let Some(id) = first.next() {
        return missing(pool, &uninstallable, *id);
    }
    let conflicting = smallest_conflict(pool, requested)?;
    let required = required(pool, &conflicting, &uninstallable)?;
    let mut clauses = Vec::new();
    let last = match &required.contradiction {
        Some(Contradiction::Pair(id, other)) => {
            required.chain(pool, *id, &mut clauses);
            required.chain(pool, *other, &mut clauses);
            conflict(pool, &required, *id, *other)?
        }
        Some(Contradiction::Exhausted(id, number)) => {
            required.chain(pool, *id, &mut clauses);
            exhausted(pool, &required, *id, *number, &mut clauses)?
        }
        None => {
            "every way to satisfy the dependencies contains two conflicting packages".to_owned()
        }
    };
    clauses.push(last);
    let names: Vec<&str> = conflicting.iter().map(|id| pool.name(*id)).collect();
    let verb = match names.len() {
        1 => "install package",
        _ => "install together",
    };
    Ok(Error::cannot(verb, names.join(", "), sentence(&clauses)).hint(hint(names.len())))
}

fn hint(requested: usize) -> &'static str {
    match requested {
        1 => "do not request it, or request another version (`name=version`)",
        _ => "request fewer of these packages, or other versions (`name=version`)",
    }
}

/// A relation that no package can satisfy, with the chain of relations that leads to it.
fn missing(pool: &Pool<'_>, uninstallable: &Uninstallable, from: Id) -> Result<Error> {
    let mut clauses = Vec::new();
    let mut id = from;
    loop {
        let relations = pool.relations(id)?;
        let group = uninstallable
            .cause(id)
            .map(|number| &relations.depends[number]);
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
                clauses.extend(available(pool, group)?);
                let error = Error::cannot("install package", pool.name(from), sentence(&clauses));
                let advice = advice(pool, group)?;
                let other = "add the source that has it, or do not request the package";
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

/// The available versions or providers of each name of a relation.
fn available(pool: &Pool<'_>, group: &Group<'_>) -> Result<Vec<String>> {
    let mut clauses: Vec<String> = Vec::new();
    for atom in &group.atoms {
        let name = atom.alternative.name.as_str();
        let versions = pool.universe.versions(name)?;
        let providers = pool.universe.providers(name)?;
        let clause = match (versions.is_empty(), providers.is_empty()) {
            (false, _) => format!("`{name}` is only available as {}", list_versions(&versions)),
            (true, false) => format!(
                "`{name}` is a virtual package, provided by {}",
                provided(&providers)
            ),
            (true, true) => format!("no source has `{name}`"),
        };
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    Ok(clauses)
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
        let satisfying = versions
            .iter()
            .find(|entry| atom.alternative.allows(&entry.package.version));
        if let Some(entry) = satisfying {
            let (version, source) = (&entry.package.version, &entry.source.name);
            return Ok(Some(format!(
                "request `{name}={version}`, which {source} has"
            )));
        }
        if versions.is_empty() {
            let near = nearest(name, pool.universe.names().into_iter());
            if !near.is_empty() {
                let near = near.join(", ");
                return Ok(Some(format!("names similar to `{name}`: {near}")));
            }
        }
    }
    Ok(None)
}

/// A minimal set of requested packages in conflict. Each package is left out in turn, and stays out if the rest is
/// still unsatisfiable.
fn smallest_conflict(pool: &Pool<'_>, requested: &[Id]) -> Result<Vec<Id>> {
    let mut conflicting = requested.to_vec();
    if conflicting.len() > MOST_TRIED {
        return Ok(conflicting);
    }
    for id in requested {
        let less: Vec<Id> = conflicting
            .iter()
            .copied()
            .filter(|other| other != id)
            .collect();
        if solve(pool, &less, &BTreeSet::new())?.is_none() {
            conflicting = less;
        }
    }
    Ok(conflicting)
}

/// ``a` conflicts with `b (<< 2)``
fn conflict<'u>(
    pool: &Pool<'u>,
    required: &RequiredPackages<'u>,
    id: Id,
    with: Id,
) -> Result<String> {
    let (one, other) = (required.named(pool, id), required.named(pool, with));
    let relations = pool.relations(id)?;
    let found = relations
        .conflicts
        .iter()
        .position(|atom| atom.solutions.contains(&with));
    let Some((number, atom)) = found.and_then(|n| Some((n, relations.conflicts.get(n)?))) else {
        return Ok(format!("{one} conflicts with {other}"));
    };
    let verb = if number < pool.package(id).conflicts.len() {
        "conflicts with"
    } else {
        "breaks"
    };
    let alternative = atom.alternative;
    let version = &pool.package(with).version;
    Ok(
        match (
            alternative.name.as_str() == pool.name(with),
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
    required: &RequiredPackages<'u>,
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
        required.named(pool, id),
        group.relation
    ));
    let mut solutions: Vec<Id> = group.solutions().collect();
    solutions.dedup();
    let mut last = Vec::new();
    for solution in solutions {
        let Some((one, other)) = required.excluded(pool, solution)? else {
            last.push(format!("`{}` cannot be installed", pool.name(solution)));
            continue;
        };
        let must = if one == solution { other } else { one };
        required.chain(pool, must, clauses);
        last.push(conflict(pool, required, one, other)?);
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
