//! The objects that are loaded when a program starts: breadth first, each file once, and found by the names of the
//! objects loaded before (`_dl_map_object_deps` of glibc's `elf/dl-deps.c`; `load_deps` of musl's `ldso/dynlink.c`).

use std::collections::HashMap;
use std::sync::Arc;

use super::elf::{Elf, Needed};
use super::image::{directory_of, Image, Opened, TooOften};
use super::machine::Machine;
use super::{glibc, musl};

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
    names: HashMap<Arc<str>, Option<usize>>,
    reals: HashMap<&'a str, usize>,
    has_musl: bool,
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
    depth: usize,
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

/// A missing library or version.
pub(crate) enum Failure<'a> {
    /// A library that an object needs.
    Library {
        object: &'a str,
        elf: &'a Elf,
        name: Arc<str>,
        found: Found<'a>,
    },
    /// A version that an existing library does not define.
    Version {
        object: &'a str,
        elf: &'a Elf,
        library: Arc<str>,
        version: Arc<str>,
        has: &'a Elf,
    },
}

/// The start of a process.
#[derive(Clone, Copy)]
pub(crate) struct Start<'i, 'a> {
    pub(crate) image: &'i Image<'a>,
    pub(crate) real: &'a str,
    pub(crate) elf: &'a Elf,
    pub(crate) processor: &'static [&'static str],
}

impl<'i, 'a> Process<'i, 'a> {
    /// Loads a program, or a library alone, with everything that it needs, and reports missing libraries and versions
    /// to `fail`.
    ///
    /// # Errors
    ///
    /// All programs together exceed the limit of library lookups.
    pub(crate) fn load(
        start: Start<'i, 'a>,
        musl_path: impl FnOnce(&str) -> String,
        fail: &mut dyn FnMut(Failure<'a>),
    ) -> Result<Self, TooOften> {
        let Start {
            image, real, elf, ..
        } = start;
        let has_musl = image.has_musl(elf);
        let interpreter = elf.interpreter.clone();
        let mut process = Self {
            image,
            objects: Vec::new(),
            processor: start.processor,
            musl_path: if has_musl {
                musl_path(interpreter.as_deref().unwrap_or_default())
            } else {
                String::new()
            },
            interpreter,
            names: HashMap::new(),
            reals: HashMap::new(),
            has_musl,
        };
        process.push(format!("/{real}"), real, elf, None);
        process.add_loader();
        process.preload()?;
        let mut next = 0;
        while next < process.objects.len() {
            process.load_needed(next, fail)?;
            next += 1;
        }
        if !has_musl {
            process.check_versions(fail);
        }
        Ok(process)
    }

    /// The loader is loaded before all libraries, by its path and by its soname.
    fn add_loader(&mut self) {
        let Some(path) = self.interpreter.clone() else {
            return;
        };
        if let (false, Some((_, loader))) = (self.has_musl, self.image.at(&path)) {
            if let Some(soname) = &loader.soname {
                self.names.entry(Arc::clone(soname)).or_insert(None);
            }
        }
        self.names.entry(path).or_insert(None);
    }

    /// Loads the preloaded libraries that exist. For missing ones, the loader only prints a warning.
    fn preload(&mut self) -> Result<(), TooOften> {
        if self.interpreter.is_none() {
            return Ok(());
        }
        let settings = &self.image.settings;
        let is_end = |letter: char| letter == ':' || letter.is_ascii_whitespace();
        let from_environment = settings
            .preload
            .split(is_end)
            .filter(|name| !name.is_empty());
        let mut names: Vec<Arc<str>> = from_environment.map(Arc::from).collect();
        if !self.has_musl {
            names.extend(
                settings
                    .preload_file
                    .iter()
                    .map(|name| Arc::from(name.as_str())),
            );
        }
        for name in names {
            let found = self.find(0, &name)?;
            self.take(0, &name, &found);
        }
        Ok(())
    }

    fn load_needed(
        &mut self,
        object: usize,
        fail: &mut dyn FnMut(Failure<'a>),
    ) -> Result<(), TooOften> {
        let elf = self.objects[object].elf;
        for Needed { name, optional } in &elf.needed {
            let found = self.find(object, name)?;
            if !self.take(object, name, &found) && !optional {
                fail(Failure::Library {
                    object: self.objects[object].real,
                    elf,
                    name: Arc::clone(name),
                    found,
                });
            }
        }
        Ok(())
    }

    /// Searches for a library that an object needs, first among the loaded objects.
    fn find(&self, object: usize, name: &Arc<str>) -> Result<Found<'a>, TooOften> {
        // The search visits all objects up to the program.
        self.image.look(self.objects[object].depth)?;
        if self.has_musl {
            musl::find(self, object, name)
        } else {
            glibc::find(self, object, name)
        }
    }

    /// The object of a loaded name.
    pub(crate) fn loaded(&self, name: &str) -> Option<Found<'a>> {
        let found = self.names.get(name)?;
        Some(found.map_or(Found::Loader, Found::Loaded))
    }

    /// Adds a library that was found. Returns whether the need is satisfied.
    fn take(&mut self, loader: usize, name: &Arc<str>, found: &Found<'a>) -> bool {
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

    fn push(&mut self, path: String, real: &'a str, elf: &'a Elf, loader: Option<usize>) -> usize {
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

    /// `_dl_check_map_versions` of glibc's `elf/dl-version.c`.
    fn check_versions(&self, fail: &mut dyn FnMut(Failure<'a>)) {
        for Object { real, elf, .. } in &self.objects {
            for need in &elf.versions {
                let Some(Some(library)) = self.names.get(&need.library) else {
                    continue;
                };
                let has = self.objects[*library].elf;
                if has
                    .defines
                    .as_ref()
                    .is_some_and(|all| !all.contains(&need.version))
                {
                    fail(Failure::Version {
                        object: real,
                        elf,
                        library: Arc::clone(&need.library),
                        version: Arc::clone(&need.version),
                        has,
                    });
                }
            }
        }
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
