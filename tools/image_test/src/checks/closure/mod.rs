//! Check `closure`: the image contains everything that its programs and libraries need to be loaded.
//!
//! The check loads each program as its loader would: the loader exists, each library (`DT_NEEDED`) is already loaded or
//! is found in the loader's search path, and each symbol version is defined by the library that is loaded. A library
//! that no program loads, such as a plugin, is loaded alone. Libraries that a program opens at run time (`dlopen`) are
//! not checked.

mod collect;
mod elf;
mod glibc;
mod image;
mod index;
mod load;
mod machine;
mod musl;
mod names;
mod process;
mod settings;
mod starts;
mod tokens;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use blob::{Error, Result};
use oci_spec::image::ImageConfiguration;
use rootfs::{Kind, Root};

pub(crate) use self::collect::Collector;
use self::collect::CACHE;
use self::elf::Elf;
use self::image::{base, Image, TooOften};
pub(crate) use self::index::Index;
use self::load::Failure;
use self::machine::Machine;
use self::process::Found;
use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::problems::Problems as Lines;
use super::{verdict, CheckResult};

/// `PATH needs NAME`, as in the message.
const CLOSURE: Section = Section("closure");

pub(crate) const CHECK: Check = Check {
    name: "closure",
    help: "Every ELF file finds its loader, libraries and symbol versions in the image",
    collects: |_| Collects {
        closure: true,
        ..Collects::NOTHING
    },
    evaluate: |facts| {
        let closure = Closure {
            collected: facts.closure,
            root: facts.root,
            config: facts.image.config(),
            declared: facts.declared,
            index: facts.index,
        };
        closure.evaluate()
    },
    sections: &[CLOSURE],
    ..Check::OF_ROOT
};

/// The input of the check.
struct Closure<'a> {
    collected: &'a Collector,
    root: &'a Root,
    config: &'a ImageConfiguration,
    declared: &'a Declared,
    /// The packages that contain a missing library.
    index: Option<&'a Index>,
}

/// The problems by kind.
#[derive(Default)]
struct Problems {
    machines: Lines,
    interpreters: Lines,
    libraries: Lines,
    versions: Lines,
    cache: Lines,
    /// Problems that were already reported: several programs may load the same file.
    reported: BTreeSet<String>,
}

impl<'a> Closure<'a> {
    /// Checks the image.
    ///
    /// # Errors
    ///
    /// Its programs exceed the limit of library lookups.
    fn evaluate(&self) -> Result<Vec<CheckResult>> {
        let mut problems = Problems::default();
        let machine = Machine::of_architecture(self.config.architecture().to_string().as_str());
        let (mut files, mut damaged) = (BTreeMap::new(), BTreeSet::new());
        for (path, node) in self.root.iter() {
            let (Kind::File { .. }, Some(inode)) = (&node.kind, node.inode) else {
                continue;
            };
            match self.collected.elf(inode) {
                Some(Ok(elf)) => {
                    files.insert(path, elf);
                }
                Some(Err(damage)) => {
                    damaged.insert(path);
                    if !self.allows(path) {
                        problems.machines.push(format!("`{path}` {damage}"));
                    }
                }
                None => {}
            }
        }
        let settings = self.settings(machine, &mut problems);
        let image = Image::new(self.root, files, damaged, settings);
        self.cached(&image, &mut problems);
        self.machines(&image, machine, &mut problems);
        for (path, elf) in &image.files {
            self.interpreter(&image, path, elf, &mut problems);
        }
        let started = self.start_all(&image, &mut problems);
        started.map_err(|TooOften| {
            let cause = "its programs need more than 5,000,000 lookups of libraries";
            Error::cannot("check", "closure", cause)
        })?;
        let unused: Vec<String> = self.declared.unused(CLOSURE).collect();
        Ok(vec![
            verdict(
                "every ELF file is valid and for the architecture of the image",
                problems.machines,
            ),
            verdict("every loader exists", problems.interpreters),
            verdict("the loader finds every library", problems.libraries),
            verdict("every symbol version is defined", problems.versions),
            verdict("every library in the loader's cache exists", problems.cache),
            verdict("every declared exception is needed", unused),
        ])
    }

    fn allows(&self, path: &str) -> bool {
        is_for_debuggers(path) || self.declared.allows(CLOSURE, &format!("{path} is damaged"))
    }

    fn machines(&self, image: &Image<'_>, expected: Option<Machine>, problems: &mut Problems) {
        for (path, elf) in &image.files {
            match expected {
                Some(expected) if elf.machine != expected => {
                    self.push(
                        &mut problems.machines,
                        &format!("{path} is for {}", elf.machine),
                        &format!("but the image is for {expected}"),
                    );
                }
                _ => {}
            }
        }
    }

    /// Reports entries of the cache that are not libraries.
    fn cached(&self, image: &Image<'_>, problems: &mut Problems) {
        let paths = image.settings.cache.iter().flat_map(|cache| cache.paths());
        let missing = paths.filter(|path| image.at(path).is_none());
        problems.cache.extend(
            missing.map(|path| {
                format!("`{CACHE}` names `{path}`, which is not a library of the image")
            }),
        );
    }

    fn interpreter(&self, image: &Image<'_>, path: &str, elf: &Elf, problems: &mut Problems) {
        let Some(interpreter) = &elf.interpreter else {
            return;
        };
        let claim = format!("{path} needs the loader {interpreter}");
        let cause = match image.at(interpreter) {
            Some((_, loader)) if loader.machine == elf.machine => return,
            Some((real, loader)) => format!("but `{real}` is for {}", loader.machine),
            None => match self.root.resolve(interpreter) {
                Ok(_) => "which is not an ELF file".to_owned(),
                Err(_) => format!("which does not exist{}", self.hint(base(interpreter), elf)),
            },
        };
        self.push(&mut problems.interpreters, &claim, &cause);
    }

    /// Reports a missing library or version of the process that was started from `start`.
    fn report(
        &self,
        image: &Image<'_>,
        start: &str,
        processor: &[&str],
        failure: &Failure<'_>,
        problems: &mut Problems,
    ) {
        let object = match failure {
            Failure::Library { object, .. } | Failure::Version { object, .. } => *object,
        };
        let claim = match failure {
            Failure::Library { name, .. } => format!("{object} needs {name}"),
            Failure::Version {
                library, version, ..
            } => format!("{object} needs {version} of {library}"),
        };
        // Each problem is reported once, for the first program.
        const MAX_REPORTED: usize = 100_000;
        let is_new =
            problems.reported.len() >= MAX_REPORTED || problems.reported.insert(claim.clone());
        if !is_new || self.declared.allows(CLOSURE, &claim) {
            return;
        }
        let lines = match failure {
            Failure::Library { .. } => &mut problems.libraries,
            Failure::Version { .. } => &mut problems.versions,
        };
        lines.add(|| {
            let cause = match failure {
                Failure::Library {
                    elf, name, found, ..
                } => self.why_missing(image, elf, name, found),
                Failure::Version {
                    elf,
                    library,
                    version,
                    has,
                    ..
                } => {
                    let defined = has.defines.as_ref();
                    let newest = defined.map(|all| versions::newest(all, version));
                    let origin = self.origin(library, elf);
                    format!("{}{origin}", newest.unwrap_or_default())
                }
            };
            let program = if start == object {
                String::new()
            } else {
                format!(", when `{start}` loads it")
            };
            let processor = processor.first();
            let processor = processor.map(|best| format!(", on processors with {best}"));
            let processor = processor.unwrap_or_default();
            on_one_line(&format!("{claim}, {cause}{program}{processor}"))
        });
    }

    fn why_missing(
        &self,
        image: &Image<'_>,
        elf: &Elf,
        name: &Arc<str>,
        found: &Found<'_>,
    ) -> String {
        match found {
            Found::Foreign(real, machine) => format!("which exists only for {machine}: `{real}`"),
            Found::NotElf(real) => format!("but `{real}` is not an ELF file"),
            _ if name.contains('/') => "which does not exist".to_owned(),
            _ => {
                let other = image.files.iter().find(|(path, other)| {
                    other.machine == elf.machine
                        && (base(path) == &**name || other.soname.as_ref() == Some(name))
                });
                match other {
                    Some((path, _)) if path.contains("/glibc-hwcaps/") => {
                        format!("which exists for some processors only: `{path}`")
                    }
                    Some((path, _)) => format!(
                        "which is in no directory that the loader searches; the image has `{path}`"
                    ),
                    None => format!(
                        "which is in no directory that the loader searches{}",
                        self.hint(name, elf)
                    ),
                }
            }
        }
    }

    fn hint(&self, name: &str, elf: &Elf) -> String {
        let Some(index) = self.index else {
            return String::new();
        };
        let distro = index.distro();
        match index.packages(name, &elf.machine.to_string()) {
            None => format!("; no package of {distro} has it"),
            Some(packages) => format!("; in {distro} it is in package {packages}"),
        }
    }

    /// The package of a library that exists but is too old.
    fn origin(&self, name: &str, elf: &Elf) -> String {
        let index = self.index;
        let origin = index.and_then(|index| {
            let packages = index.packages(name, &elf.machine.to_string())?;
            Some(format!(
                "; in {} it is in package {packages}",
                index.distro()
            ))
        });
        origin.unwrap_or_default()
    }

    /// Adds a problem unless it is declared. Declarations match the part before the comma.
    fn push(&self, problems: &mut Lines, claim: &str, cause: &str) {
        if !self.declared.allows(CLOSURE, claim) {
            problems.add(|| on_one_line(&format!("{claim}, {cause}")));
        }
    }
}

/// Whether a file contains only debug information, which loaders do not read.
fn is_for_debuggers(path: &str) -> bool {
    path.starts_with("usr/lib/debug/") || path.ends_with(".debug")
}

/// Escapes control characters, which a name may contain: a report has one line for each problem.
fn on_one_line(text: &str) -> String {
    if text.contains(char::is_control) {
        text.chars()
            .flat_map(|letter| {
                if letter.is_control() {
                    letter.escape_default().collect::<Vec<_>>()
                } else {
                    vec![letter]
                }
            })
            .collect()
    } else {
        text.to_owned()
    }
}
