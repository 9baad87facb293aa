//! The objects that are loaded when a program starts: breadth first, each file once, and found by the names of the
//! objects loaded before (`_dl_map_object_deps` of glibc's `elf/dl-deps.c`; `load_deps` of musl's `ldso/dynlink.c`).

use std::collections::HashMap;
use std::sync::Arc;

use super::elf::{Elf, Needed};
use super::image::{Image, TooOften};
use super::process::{Found, Object, Process};
use super::{glibc, musl};

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
}
