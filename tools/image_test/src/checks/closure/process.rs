//! A program with the libraries that are loaded so far, and the names by which they are found.

use std::collections::HashMap;
use std::sync::Arc;

use super::elf::Elf;
use super::image::{directory_of, Image, Opened};
use super::machine::Machine;

/// A program and the libraries that are loaded with it, in this order.
pub(crate) struct Process<'i, 'a> {
    pub(crate) image: &'i Image<'a>,
    pub(crate) objects: Vec<Object<'a>>,
    /// The path of the loader, for a program.
    pub(crate) interpreter: Option<Arc<str>>,
    /// The subdirectories of `glibc-hwcaps` that the processor supports, best first.
    pub(crate) processor: &'static [&'static str],
    /// The directories that musl searches last, separated by colons or newlines.
    pub(crate) musl_path: String,
    /// The object of each loaded name; `None` for the loader.
    pub(super) names: HashMap<Arc<str>, Option<usize>>,
    pub(super) reals: HashMap<&'a str, usize>,
    pub(super) has_musl: bool,
}

/// A loaded file.
pub(crate) struct Object<'a> {
    /// The path where it was found. Its directory is `$ORIGIN`: links are not followed, except for the program itself.
    pub(crate) path: String,
    pub(crate) real: &'a str,
    pub(crate) elf: &'a Elf,
    /// The object that needed it first.
    pub(crate) loader: Option<usize>,
    /// Number of objects above it.
    pub(super) depth: usize,
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// A library, by the path where it was found.
    Library(String, &'a str, &'a Elf),
    /// The library is part of the loader.
    Loader,
    Loaded(usize),
    /// There is only a library for another machine.
    Foreign(String, Machine),
    /// There is another file with this name, which ends the search of the loader.
    NotElf(String),
    /// The file is damaged, which is reported elsewhere.
    Damaged,
    Missing,
}

impl<'a> Process<'_, 'a> {
    /// The object of a loaded name.
    pub(crate) fn loaded(&self, name: &str) -> Option<Found<'a>> {
        let found = self.names.get(name)?;
        Some(found.map_or(Found::Loader, Found::Loaded))
    }

    /// Adds a library that was found. Returns whether the need is satisfied.
    pub(super) fn take(&mut self, loader: usize, name: &Arc<str>, found: &Found<'a>) -> bool {
        match found {
            Found::Loader | Found::Loaded(_) | Found::Damaged => true,
            Found::Foreign(..) | Found::NotElf(_) | Found::Missing => false,
            Found::Library(path, real, elf) => {
                let known = self.reals.get(real).copied();
                let index =
                    known.unwrap_or_else(|| self.push(path.clone(), real, elf, Some(loader)));
                // musl finds loaded libraries only by the names that it has searched for.
                if !self.has_musl || !name.contains('/') {
                    self.names.entry(Arc::clone(name)).or_insert(Some(index));
                }
                true
            }
        }
    }

    pub(super) fn push(
        &mut self,
        path: String,
        real: &'a str,
        elf: &'a Elf,
        loader: Option<usize>,
    ) -> usize {
        let index = self.objects.len();
        if !self.has_musl {
            let soname = elf.soname.clone();
            for name in [Some(Arc::from(path.as_str())), soname]
                .into_iter()
                .flatten()
            {
                self.names.entry(name).or_insert(Some(index));
            }
        }
        self.reals.insert(real, index);
        let depth = loader.map_or(0, |loader| self.objects[loader].depth + 1);
        self.objects.push(Object {
            path,
            real,
            elf,
            loader,
            depth,
        });
        index
    }

    /// The value of `$ORIGIN` in a file.
    pub(crate) fn origin(&self, object: usize) -> &str {
        directory_of(&self.objects[object].path)
    }

    /// The object, the object that loaded it, and so on up to the program.
    pub(crate) fn chain(&self, object: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(object), |object| self.objects[*object].loader)
    }

    /// Opens a name with a slash, which is a path. A relative path starts at the working directory.
    pub(crate) fn by_path(&self, name: &str, machine: Machine) -> Found<'a> {
        let path = if name.starts_with('/') {
            name.to_owned()
        } else {
            format!("/{}/{name}", self.image.settings.working_directory)
        };
        let opened = self.image.open(&path);
        match opened {
            Opened::Nothing => Found::Missing,
            Opened::Damaged => Found::Damaged,
            Opened::NotElf(real) => Found::NotElf(real),
            Opened::Library(real, elf) if elf.machine == machine => {
                Found::Library(name.to_owned(), real, elf)
            }
            Opened::Library(real, elf) => Found::Foreign(real.to_owned(), elf.machine),
        }
    }
}
