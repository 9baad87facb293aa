//! Check `closure`: what programs and libraries need to be loaded is in the image.
//!
//! For each ELF file: its loader, each library (`DT_NEEDED`) found where the loader looks for it, and each version of symbols
//! defined by the library that is found. What a program opens by name while it runs (`dlopen`) is not seen.

mod cache;
mod collect;
mod elf;
mod held;
mod index;
mod loader;
mod machine;
mod parents;
mod surroundings;
mod versions;

use std::collections::BTreeMap;

use oci_spec::image::ImageConfiguration;
use rootfs::{Kind, Root};

pub(crate) use self::collect::Collector;
use self::elf::Elf;
pub(crate) use self::index::Index;
use self::loader::{base, Found, Image};
use self::machine::Machine;
use self::parents::{inherited, parents};
use super::declared::{Declared, Section};
use super::{verdict, Judged};

/// Where the cache of glibc's loader lies.
const CACHE: &str = "etc/ld.so.cache";

/// What the check is made with.
pub(crate) struct Closure<'a> {
    pub(crate) collected: &'a Collector,
    pub(crate) root: &'a Root,
    pub(crate) config: &'a ImageConfiguration,
    pub(crate) declared: &'a Declared,
    /// Which package has a library that is missing.
    pub(crate) index: Option<&'a Index>,
}

/// The problems by kind.
#[derive(Default)]
struct Problems {
    machines: Vec<String>,
    interpreters: Vec<String>,
    libraries: Vec<String>,
    versions: Vec<String>,
    cache: Vec<String>,
}

impl<'a> Closure<'a> {
    pub(crate) fn judge(&self) -> Vec<Judged> {
        let mut problems = Problems::default();
        let machine = Machine::of_architecture(self.config.architecture().to_string().as_str());
        let mut files = BTreeMap::new();
        for (path, node) in self.root.iter() {
            let (Kind::File { .. }, Some(inode)) = (&node.kind, node.inode) else {
                continue;
            };
            match self.collected.elf(inode) {
                Some(Ok(elf)) => {
                    files.insert(path, elf);
                }
                Some(Err(damage)) if !self.allows(path) => {
                    problems.machines.push(format!("`{path}` {damage}"));
                }
                _ => {}
            }
        }
        let image = self.image(files, machine, &mut problems);
        self.machines(&image, machine, &mut problems);
        self.needs(&image, &mut problems);
        let unused: Vec<String> = self.declared.unused(Section::Closure).collect();
        vec![
            verdict(
                "every ELF file is sound and for the image's architecture",
                problems.machines,
            ),
            verdict("every loader is there", problems.interpreters),
            verdict(
                "every library is where the loader looks for it",
                problems.libraries,
            ),
            verdict("every version of symbols is defined", problems.versions),
            verdict(
                "every library of the loader's cache is there",
                problems.cache,
            ),
            verdict("every declared exception is needed", unused),
        ]
    }

    /// What no loader ever reads: code taken out of its file for debuggers.
    fn allows(&self, path: &str) -> bool {
        path.starts_with("usr/lib/debug/")
            || path.ends_with(".debug")
            || self
                .declared
                .allows(Section::Closure, &format!("{path} is damaged"))
    }

    fn machines(&self, image: &Image<'_>, expected: Option<Machine>, problems: &mut Problems) {
        for (path, elf) in &image.files {
            match expected {
                Some(expected) if elf.machine != expected => {
                    self.push(
                        &mut problems.machines,
                        &format!("{path} is for {}", elf.machine),
                        &format!("and the image for {expected}"),
                    );
                }
                _ => {}
            }
        }
    }

    fn needs(&self, image: &Image<'_>, problems: &mut Problems) {
        let parents = parents(image);
        for (path, elf) in &image.files {
            self.interpreter(image, path, elf, problems);
            let mut found = BTreeMap::new();
            let others = elf.needs.iter().map(|need| &need.library);
            for name in elf.needed.iter().chain(others) {
                if found.contains_key(name.as_str()) {
                    continue;
                }
                let mut result = image.find(path, elf, name, &[]);
                if result == Found::Missing {
                    let inherited = inherited(image, path, elf, &parents);
                    result = image.find(path, elf, name, &inherited);
                }
                self.missing(image, path, elf, name, &result, problems);
                found.insert(name.as_str(), result);
            }
            if image.has_musl(elf) {
                continue;
            }
            for need in &elf.needs {
                let Some(Found::Library(_, library)) = found.get(need.library.as_str()) else {
                    continue;
                };
                let defined = library.defines.as_ref();
                if let Some(defined) = defined.filter(|all| !all.contains(&need.version)) {
                    let claim = format!("{path} needs {} of {}", need.version, need.library);
                    let has = versions::newest(defined, &need.version);
                    let cause = format!("{has}{}", self.origin(&need.library, elf));
                    self.push(&mut problems.versions, &claim, &cause);
                }
            }
        }
    }

    fn interpreter(&self, image: &Image<'_>, path: &str, elf: &Elf, problems: &mut Problems) {
        let Some(interpreter) = &elf.interpreter else {
            return;
        };
        let claim = format!("{path} needs the loader {interpreter}");
        let cause = match image.at(interpreter) {
            Some((_, loader)) if loader.machine == elf.machine => return,
            Some((real, loader)) => format!("and `{real}` is for {}", loader.machine),
            None => match self.root.resolve(interpreter) {
                Ok(_) => "which is no ELF file".to_owned(),
                Err(_) => format!("which is not there{}", self.hint(base(interpreter), elf)),
            },
        };
        self.push(&mut problems.interpreters, &claim, &cause);
    }

    fn missing(
        &self,
        image: &Image<'_>,
        path: &str,
        elf: &Elf,
        name: &str,
        found: &Found<'_>,
        problems: &mut Problems,
    ) {
        let cause = match found {
            Found::Library(..) | Found::Loader => return,
            Found::Foreign(real, machine) => format!("which is there only for {machine}: `{real}`"),
            Found::Missing if name.contains('/') => "which is not there".to_owned(),
            Found::Missing => {
                let elsewhere = image.files.iter().find(|(path, other)| {
                    other.machine == elf.machine
                        && (base(path) == name || other.soname.as_deref() == Some(name))
                });
                match elsewhere {
                    Some((path, _)) => {
                        format!("which no folder of the loader has; the image has `{path}`")
                    }
                    None => format!("which no folder of the loader has{}", self.hint(name, elf)),
                }
            }
        };
        self.push(
            &mut problems.libraries,
            &format!("{path} needs {name}"),
            &cause,
        );
    }

    fn hint(&self, name: &str, elf: &Elf) -> String {
        let Some(index) = self.index else {
            return String::new();
        };
        let distro = index.distro();
        match index.packages(name, &elf.machine.to_string()) {
            None => format!("; no package of {distro} has it"),
            Some(packages) => format!("; {distro} has it in package {packages}"),
        }
    }

    /// Whose a library is, that is there but too old.
    fn origin(&self, name: &str, elf: &Elf) -> String {
        let index = self.index;
        let origin = index.and_then(|index| {
            let packages = index.packages(name, &elf.machine.to_string())?;
            Some(format!(
                "; in {} it is of package {packages}",
                index.distro()
            ))
        });
        origin.unwrap_or_default()
    }

    /// A problem, unless it is declared. The declaration is what stands before the comma.
    fn push(&self, problems: &mut Vec<String>, claim: &str, cause: &str) {
        if !self.declared.allows(Section::Closure, claim) {
            problems.push(format!("{claim}, {cause}"));
        }
    }
}
