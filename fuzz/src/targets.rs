//! The targets: each parser of the tools that is reached by a public function, and what must hold of their results.

mod config;
mod debian;
mod images;
mod layers;
mod package;
mod properties;
mod repair;
mod small;
mod tar;

use std::sync::OnceLock;

/// One parser and what is known of its input.
pub(crate) struct Target {
    /// What `--target` takes.
    pub(crate) name: &'static str,
    /// Its folder in `seeds/`.
    pub(crate) seeds: &'static str,
    /// Words of its format.
    pub(crate) words: &'static [&'static str],
    /// Makes checksums right again, so that more than the first field is read.
    pub(crate) repair: fn(&mut Vec<u8>),
    /// Reads the input; what is refused is well, too. An error is a property that does not hold.
    pub(crate) run: fn(&[u8]) -> Outcome,
}

/// Whether what must hold did.
pub(crate) type Outcome = Result<(), String>;

/// All targets, in the order of their names.
pub(crate) fn all() -> &'static [Target] {
    static ALL: OnceLock<Vec<Target>> = OnceLock::new();
    ALL.get_or_init(|| {
        let parts = [
            package::targets(),
            tar::targets(),
            debian::targets(),
            images::targets(),
            layers::targets(),
            config::targets(),
            small::targets(),
            properties::targets(),
        ];
        let mut all: Vec<Target> = parts.into_iter().flatten().collect();
        all.sort_by_key(|target| target.name);
        all
    })
}

/// A target whose seeds bear its name and need no repair.
fn target(name: &'static str, words: &'static [&'static str], run: fn(&[u8]) -> Outcome) -> Target {
    Target {
        name,
        seeds: name,
        words,
        repair: |_| {},
        run,
    }
}

/// A target with the seeds of another.
fn seeded(seeds: &'static str, target: Target) -> Target {
    Target { seeds, ..target }
}

/// A target whose input has headers of tar.
fn repaired(target: Target) -> Target {
    Target {
        repair: repair::tar,
        ..target
    }
}

/// A target of text. Bytes that are no text are replaced: the callers of these parsers refuse them before.
fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// Whether two readings agree.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, left: &T, right: &T) -> Outcome {
    match left == right {
        true => Ok(()),
        false => Err(format!("{what}: {left:.200?} is not {right:.200?}")),
    }
}
