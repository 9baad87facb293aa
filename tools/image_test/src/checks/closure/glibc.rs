//! Where glibc's loader searches for a library (`_dl_map_new_object` of `elf/dl-load.c`, and ld.so(8)).

use std::sync::Arc;

use super::elf::Elf;
use super::image::{Opened, TooOften};
use super::machine::Machine;
use super::process::{Found, Process};
use super::tokens::expand;

/// Searches for a library that an object needs.
pub(crate) fn find<'a>(
    process: &Process<'_, 'a>,
    object: usize,
    name: &Arc<str>,
) -> Result<Found<'a>, TooOften> {
    let elf = process.objects[object].elf;
    let machine = elf.machine;
    let expanded;
    let name = if name.contains('$') {
        match expand(name, process.origin(object), machine) {
            None => return Ok(Found::Missing),
            Some(text) => {
                expanded = Arc::from(text);
                &expanded
            }
        }
    } else {
        name
    };
    if let Some(loaded) = process.loaded(name) {
        return Ok(loaded);
    }
    if process.interpreter.is_none() && process.image.is_loader(machine, name) {
        return Ok(Found::Loader);
    }
    if name.contains('/') {
        return Ok(process.by_path(name, machine));
    }
    let mut search = Search {
        process,
        name,
        machine,
        foreign: None,
    };
    let found = search.everywhere(object, elf)?;
    let foreign = search.foreign;
    Ok(found.unwrap_or(match foreign {
        Some((path, machine)) => Found::Foreign(path, machine),
        None => Found::Missing,
    }))
}

struct Search<'s, 'i, 'a> {
    process: &'s Process<'i, 'a>,
    name: &'s str,
    machine: Machine,
    /// The first library for another machine. The search continues after it.
    foreign: Option<(String, Machine)>,
}

impl<'a> Search<'_, '_, 'a> {
    fn everywhere(&mut self, object: usize, elf: &Elf) -> Result<Option<Found<'a>>, TooOften> {
        let process = self.process;
        // A `DT_RUNPATH` applies to its own file only, and disables `DT_RPATH`.
        if elf.runpath.is_none() {
            let mut saw_program = false;
            for one in process.chain(object) {
                saw_program |= one == 0;
                if let Some(found) = self.rpath(one)? {
                    return Ok(Some(found));
                }
            }
            if !saw_program && process.interpreter.is_some() {
                if let Some(found) = self.rpath(0)? {
                    return Ok(Some(found));
                }
            }
        }
        let library_path = process.image.settings.library_path.split([':', ';']);
        for directory in library_path {
            if let Some(found) = self.listed(directory, 0)? {
                return Ok(Some(found));
            }
        }
        for directory in elf.runpath.iter().flat_map(|list| list.split(':')) {
            if let Some(found) = self.listed(directory, object)? {
                return Ok(Some(found));
            }
        }
        let defaults = process.image.default_directories(self.machine);
        if let Some(found) = self.cached(elf, &defaults)? {
            return Ok(Some(found));
        }
        if elf.without_defaults {
            return Ok(None);
        }
        for directory in defaults {
            if let Some(found) = self.directory(&directory)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn rpath(&mut self, object: usize) -> Result<Option<Found<'a>>, TooOften> {
        let list = &self.process.objects[object].elf.rpath;
        for directory in list.iter().flat_map(|list| list.split(':')) {
            if let Some(found) = self.listed(directory, object)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A directory in an object's list. Relative directories are ignored: they depend on the working directory of the
    /// caller.
    fn listed(&mut self, directory: &str, object: usize) -> Result<Option<Found<'a>>, TooOften> {
        self.process.image.look(directory.len())?;
        match expand(directory, self.process.origin(object), self.machine) {
            Some(directory) if directory.starts_with('/') => self.directory(&directory),
            _ => Ok(None),
        }
    }

    /// One directory, with its subdirectories for this processor first.
    fn directory(&mut self, directory: &str) -> Result<Option<Found<'a>>, TooOften> {
        for level in self.process.processor {
            let directory = format!("{directory}/glibc-hwcaps/{level}");
            if let Some(found) = self.one(&directory)? {
                return Ok(Some(found));
            }
        }
        self.one(directory)
    }

    fn one(&mut self, directory: &str) -> Result<Option<Found<'a>>, TooOften> {
        let opened = self.process.image.open_in(directory, self.name)?;
        Ok(self.verify(format!("{directory}/{}", self.name), opened))
    }

    /// The best entry of the cache. If its file does not exist, the search continues.
    fn cached(&mut self, elf: &Elf, defaults: &[String]) -> Result<Option<Found<'a>>, TooOften> {
        let process = self.process;
        let Some(cache) = &process.image.settings.cache else {
            return Ok(None);
        };
        let Some(path) = cache.find(self.name, self.machine.cache_flags(), process.processor)
        else {
            return Ok(None);
        };
        let is_default = |directory: &String| {
            path.strip_prefix(directory.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        if elf.without_defaults && defaults.iter().any(is_default) {
            return Ok(None);
        }
        process.image.look(path.len())?;
        let opened = process.image.open(path);
        Ok(self.verify(path.to_owned(), opened))
    }

    /// How the loader handles a file that it has opened (`open_verify`): the search ends, or continues.
    fn verify(&mut self, path: String, opened: Opened<'a>) -> Option<Found<'a>> {
        match opened {
            Opened::Nothing => None,
            Opened::Damaged => Some(Found::Damaged),
            Opened::NotElf(real) => Some(Found::NotElf(real)),
            Opened::Library(real, elf) if elf.machine == self.machine => {
                Some(Found::Library(path, real, elf))
            }
            Opened::Library(real, elf) if elf.machine.is_fatal_for(&self.machine) => {
                Some(Found::Foreign(real.to_owned(), elf.machine))
            }
            Opened::Library(real, elf) => {
                self.foreign.get_or_insert((real.to_owned(), elf.machine));
                None
            }
        }
    }
}
