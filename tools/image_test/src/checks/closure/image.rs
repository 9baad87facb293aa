//! The programs and libraries of an image, found as loaders open them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rootfs::{Kind, Root};

use super::elf::Elf;
use super::machine::Machine;
use super::settings::Settings;
use super::tokens::MAX_PATH;

/// Number of library lookups for all programs of an image together, at most 10 seconds of work. The 8,000 programs and
/// libraries of a large desktop need half a million.
const MAX_LOOKUPS: usize = 5_000_000;

/// Number of directories whose real paths are cached. The programs of an image search a few hundred directories.
const MAX_DIRECTORIES: usize = 10_000;

/// The programs need more than [`MAX_LOOKUPS`] lookups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooOften;

/// The programs and libraries of an image, and the settings of its loaders.
pub(crate) struct Image<'a> {
    pub(crate) root: &'a Root,
    /// By their real paths.
    pub(crate) files: BTreeMap<&'a str, &'a Elf>,
    /// The real paths of damaged ELF files.
    pub(crate) damaged: BTreeSet<&'a str>,
    pub(crate) settings: Settings,
    /// The names of the loaders in the image: a library that is loaded alone may need one of them.
    loaders: HashSet<(Machine, Arc<str>)>,
    /// Whether libraries without an interpreter use musl's loader.
    has_only_musl: bool,
    /// Whether any directory has libraries for certain processors.
    has_hwcaps: bool,
    directories: RefCell<HashMap<String, Option<String>>>,
    left: Cell<usize>,
}

/// The result of opening a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened<'a> {
    Nothing,
    Library(&'a str, &'a Elf),
    Damaged,
    /// Another file, by its real path.
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

    /// The file that a loader finds when it opens a path.
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

    /// The file that a loader finds when it opens a name in a directory, which is an absolute path.
    pub(crate) fn open_in(&self, directory: &str, name: &str) -> Result<Opened<'a>, TooOften> {
        self.look(directory.len())?;
        Ok(match self.directory(directory) {
            Some(real) => self.open(&format!("{real}/{name}")),
            None => Opened::Nothing,
        })
    }

    /// Counts one lookup; long paths count more.
    pub(crate) fn look(&self, length: usize) -> Result<(), TooOften> {
        let left = self.left.get().checked_sub(1 + length / 64);
        self.left.set(left.ok_or(TooOften)?);
        Ok(())
    }

    /// The real path of a directory; `None` if it does not exist.
    pub(crate) fn directory(&self, path: &str) -> Option<String> {
        if let Some(known) = self.directories.borrow().get(path) {
            return known.clone();
        }
        let real = match self.root.resolve(path) {
            Ok((real, node)) if node.kind == Kind::Directory => Some(real),
            // The root itself may have no entry.
            _ if path.trim_matches('/').is_empty() => Some(String::new()),
            _ => None,
        };
        let mut directories = self.directories.borrow_mut();
        if directories.len() < MAX_DIRECTORIES {
            directories.insert(path.to_owned(), real.clone());
        }
        real
    }

    /// Whether the loader of a file is musl's, which does not check versions.
    pub(crate) fn has_musl(&self, elf: &Elf) -> bool {
        match &elf.interpreter {
            Some(path) => is_musl(base(path)),
            None => self.has_only_musl,
        }
    }

    /// Whether the name is that of a loader of the image for this machine.
    pub(crate) fn is_loader(&self, machine: Machine, name: &Arc<str>) -> bool {
        self.loaders.contains(&(machine, Arc::clone(name)))
    }

    /// The processors to check a program for: for each, the subdirectories of `glibc-hwcaps` that it supports. The
    /// first one supports none.
    pub(crate) fn processors(&self, machine: Machine) -> Vec<&'static [&'static str]> {
        let levels = machine.levels();
        if self.has_hwcaps {
            (0..=levels.len())
                .rev()
                .map(|best| &levels[best..])
                .collect()
        } else {
            vec![&[]]
        }
    }

    /// The directories that glibc searches last, which are fixed when it is built. Debian uses its multiarch
    /// directories.
    pub(crate) fn default_directories(&self, machine: Machine) -> Vec<String> {
        let mut directories = Vec::new();
        if let Some(triplet) = machine.triplet() {
            directories.extend(["/lib", "/usr/lib"].map(|parent| format!("{parent}/{triplet}")));
        }
        // Without a multiarch directory, this glibc is not Debian's and may use `lib64` directories.
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

/// The last component of a path.
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
