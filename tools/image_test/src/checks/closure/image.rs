//! The programs and libraries of an image, found as loaders open them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rootfs::{Kind, Root};

use super::elf::Elf;
use super::machine::Machine;
use super::settings::Settings;
use super::tokens::MAX_PATH;

/// How often all programs of an image together may look somewhere for a library, which is 10 seconds' work at most. The 8,000
/// programs and libraries of a large desktop look half a million times.
const MAX_LOOKUPS: usize = 5_000_000;

/// Directories whose real paths are kept; an image has some hundred that programs look into.
const MAX_KEPT: usize = 10_000;

/// The programs look for libraries more often than [`MAX_LOOKUPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooOften;

/// The programs and libraries of an image, and what its loaders know besides.
pub(crate) struct Image<'a> {
    pub(crate) root: &'a Root,
    /// By their real paths.
    pub(crate) files: BTreeMap<&'a str, &'a Elf>,
    /// The real paths of damaged ELF files.
    pub(crate) damaged: BTreeSet<&'a str>,
    pub(crate) settings: Settings,
    /// The names of the loaders that are there: a library may count on its own.
    loaders: HashSet<(Machine, Arc<str>)>,
    /// Whether the loader is musl's where a library does not say it.
    has_only_musl: bool,
    /// Whether any directory has libraries for certain processors.
    has_hwcaps: bool,
    directories: RefCell<HashMap<String, Option<String>>>,
    left: Cell<usize>,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened<'a> {
    Nothing,
    Library(&'a str, &'a Elf),
    Damaged,
    /// Something else, by its real path.
    NotElf(String),
}

impl<'a> Image<'a> {
    pub(crate) fn new(
        root: &'a Root,
        files: BTreeMap<&'a str, &'a Elf>,
        damaged: BTreeSet<&'a str>,
        settings: Settings,
    ) -> Self {
        let mut image = Self {
            root,
            files,
            damaged,
            settings,
            loaders: HashSet::new(),
            has_only_musl: false,
            has_hwcaps: false,
            directories: RefCell::default(),
            left: Cell::new(MAX_LOOKUPS),
        };
        let interpreters: BTreeSet<&str> = image
            .files
            .values()
            .filter_map(|elf| elf.interpreter.as_deref())
            .collect();
        let loaders = interpreters.into_iter().filter_map(|path| {
            let (_, loader) = image.at(path)?;
            Some((loader.machine, Arc::clone(loader.soname.as_ref()?)))
        });
        image.loaders = loaders.collect();
        let names = || image.files.keys().map(|path| base(path));
        image.has_only_musl = names().any(is_musl) && !names().any(|name| name == "libc.so.6");
        image.has_hwcaps = image
            .files
            .keys()
            .any(|path| path.contains("/glibc-hwcaps/"));
        image
    }

    /// The program or library at a path, with its real path.
    pub(crate) fn at(&self, path: &str) -> Option<(&'a str, &'a Elf)> {
        match self.open(path) {
            Opened::Library(real, elf) => Some((real, elf)),
            _ => None,
        }
    }

    /// What a loader finds where it opens a path.
    pub(crate) fn open(&self, path: &str) -> Opened<'a> {
        if path.len() > MAX_PATH {
            return Opened::Nothing;
        }
        let Ok((real, _)) = self.root.resolve(path) else {
            return Opened::Nothing;
        };
        match self.files.get_key_value(real.as_str()) {
            Some((real, elf)) => Opened::Library(real, elf),
            None if self.damaged.contains(real.as_str()) => Opened::Damaged,
            None => Opened::NotElf(real),
        }
    }

    /// What a loader finds where it opens a file of a directory, which is an absolute path.
    pub(crate) fn open_in(&self, directory: &str, name: &str) -> Result<Opened<'a>, TooOften> {
        self.look(directory.len())?;
        Ok(match self.directory(directory) {
            Some(real) => self.open(&format!("{real}/{name}")),
            None => Opened::Nothing,
        })
    }

    /// Counts one look: long paths are more work.
    pub(crate) fn look(&self, length: usize) -> Result<(), TooOften> {
        let left = self.left.get().checked_sub(1 + length / 64);
        self.left.set(left.ok_or(TooOften)?);
        Ok(())
    }

    /// The real path of a directory; `None` where there is none.
    pub(crate) fn directory(&self, path: &str) -> Option<String> {
        if let Some(known) = self.directories.borrow().get(path) {
            return known.clone();
        }
        let real = match self.root.resolve(path) {
            Ok((real, node)) if node.kind == Kind::Folder => Some(real),
            // The root itself has no entry.
            _ if path.trim_matches('/').is_empty() => Some(String::new()),
            _ => None,
        };
        let mut directories = self.directories.borrow_mut();
        if directories.len() < MAX_KEPT {
            directories.insert(path.to_owned(), real.clone());
        }
        real
    }

    /// Whether the loader of a file is musl's: it knows no versions.
    pub(crate) fn has_musl(&self, elf: &Elf) -> bool {
        match &elf.interpreter {
            Some(path) => is_musl(base(path)),
            None => self.has_only_musl,
        }
    }

    /// Whether a name is that of a loader of the image for this machine.
    pub(crate) fn is_loader(&self, machine: Machine, name: &Arc<str>) -> bool {
        self.loaders.contains(&(machine, Arc::clone(name)))
    }

    /// Which processors a program is to be judged for: for each, the names below `glibc-hwcaps` that it has. The first is one
    /// that has none.
    pub(crate) fn processors(&self, machine: Machine) -> Vec<&'static [&'static str]> {
        let levels = machine.levels();
        match self.has_hwcaps {
            true => (0..=levels.len())
                .rev()
                .map(|best| &levels[best..])
                .collect(),
            false => vec![&[]],
        }
    }

    /// The directories that glibc searches last, as it was built. Debian's are multiarch's.
    pub(crate) fn default_directories(&self, machine: Machine) -> Vec<String> {
        let mut directories = Vec::new();
        if let Some(triplet) = machine.triplet() {
            directories.extend(["/lib", "/usr/lib"].map(|parent| format!("{parent}/{triplet}")));
        }
        // Where there is no directory of multiarch, glibc is not Debian's and may have directories of 64 bits.
        if !directories
            .iter()
            .any(|path| self.directory(path).is_some())
        {
            directories.extend(["/lib64", "/usr/lib64"].map(str::to_owned));
        }
        directories.extend(["/lib", "/usr/lib"].map(str::to_owned));
        directories
    }
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The directory of a path.
pub(crate) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn is_musl(name: &str) -> bool {
    name.starts_with("ld-musl-")
}
