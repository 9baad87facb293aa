//! The targets: each parser of the tools, and what must hold of its results.

mod catalogue;
mod config;
mod contents;
mod contents_build;
mod copyright;
mod debian;
mod images;
mod keyless;
mod layers;
mod network;
mod package;
mod programs;
mod properties;
mod provenance;
mod repair;
mod sign;
mod small;
mod tar;
mod tracker;
mod updates;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use blob::Blob;

/// One parser and what is known of its input.
pub(crate) struct Target {
    /// What `--target` takes.
    pub(crate) name: &'static str,
    /// Its directory in `seeds/`.
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
            copyright::targets(),
            images::targets(),
            layers::targets(),
            catalogue::targets(),
            config::targets(),
            contents::targets(),
            contents_build::targets(),
            network::targets(),
            programs::targets(),
            keyless::targets(),
            sign::targets(),
            tracker::targets(),
            provenance::targets(),
            updates::targets(),
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
        repair: |input| repair::tar(input),
        ..target
    }
}

/// A target of text. Bytes that are no text are replaced: the callers of these parsers refuse them before.
fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// Whether two readings agree.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, left: &T, right: &T) -> Outcome {
    if left == right {
        Ok(())
    } else {
        Err(format!("{what}: {left:.200?} is not {right:.200?}"))
    }
}

/// A directory of this process; the parent removes it.
fn directory() -> Result<&'static Path, String> {
    static DIRECTORY: OnceLock<Option<tempfile::TempDir>> = OnceLock::new();
    let made = DIRECTORY.get_or_init(|| tempfile::tempdir().ok());
    made.as_ref()
        .map(tempfile::TempDir::path)
        .ok_or_else(|| "cannot make a directory".to_owned())
}

/// A directory of one input.
fn fresh_directory() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir().map_err(|error| format!("cannot make a directory: {error}"))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, bytes))
        .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// The parts of the input. `@A@` and `@A.size@` become the digest and the size of the first part, `@B@` those of the
/// second, and so on.
fn parts(input: &[u8]) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut rest = input;
    while let Some(at) = rest.windows(5).position(|window| window == b"\n---\n") {
        parts.push(rest[..at].to_vec());
        rest = &rest[at + 5..];
    }
    parts.push(rest.to_vec());
    for at in 0..parts.len() {
        for (before, name) in (0..at).zip(b'A'..=b'Z') {
            let blob = Blob::of(&parts[before]);
            let name = char::from(name);
            parts[at] = replaced(&parts[at], &format!("@{name}@"), &blob.digest.to_string());
            parts[at] = replaced(
                &parts[at],
                &format!("@{name}.size@"),
                &blob.size.to_string(),
            );
        }
    }
    parts
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest
        .windows(from.len())
        .position(|window| window == from.as_bytes())
    {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(to.as_bytes());
        rest = &rest[at + from.len()..];
    }
    result.extend_from_slice(rest);
    result
}
