//! Where musl's loader searches for a library (`load_library` of `ldso/dynlink.c`): it uses the first file with the
//! name.

use std::sync::Arc;

use super::image::{Opened, TooOften};
use super::machine::Machine;
use super::process::{Found, Process};
use super::tokens::expand_musl;

/// The libraries that are part of musl's loader.
const OWN: [&str; 7] = [
    "libc.",
    "libpthread.",
    "librt.",
    "libm.",
    "libdl.",
    "libutil.",
    "libxnet.",
];

/// The longest name that the loader searches for (`NAME_MAX`), and the longest path (`2 * NAME_MAX + 2`).
const MAX_NAME: usize = 255;
const MAX_PATH: usize = 511;

/// Searches for a library that an object needs.
pub(crate) fn find<'a>(
    process: &Process<'_, 'a>,
    object: usize,
    name: &Arc<str>,
) -> Result<Found<'a>, TooOften> {
    let machine = process.objects[object].elf.machine;
    if OWN.iter().any(|own| name.starts_with(own)) {
        return Ok(Found::Loader);
    }
    if let Some(loaded) = process.loaded(name) {
        return Ok(loaded);
    }
    if name.contains('/') {
        return Ok(process.by_path(name, machine));
    }
    if name.is_empty() || name.len() > MAX_NAME {
        return Ok(Found::Missing);
    }
    let search = Search {
        process,
        name,
        machine,
    };
    let settings = &process.image.settings;
    if let Some(found) = search.list(&settings.library_path)? {
        return Ok(found);
    }
    // musl treats `DT_RPATH` and `DT_RUNPATH` alike, and applies them to all libraries that the file loads.
    for one in process.chain(object) {
        let elf = process.objects[one].elf;
        let list = elf.runpath.as_ref().or(elf.rpath.as_ref());
        process.image.look(list.map_or(0, |list| list.len()))?;
        let list = list.and_then(|list| expand_musl(list, process.origin(one)));
        if let Some(found) = search.list(&list.unwrap_or_default())? {
            return Ok(found);
        }
    }
    let last = search.list(&process.musl_path)?;
    Ok(last.unwrap_or(Found::Missing))
}

struct Search<'s, 'i, 'a> {
    process: &'s Process<'i, 'a>,
    name: &'s str,
    machine: Machine,
}

impl<'a> Search<'_, '_, 'a> {
    /// Searches the directories of a list. Relative directories are ignored: they depend on the working directory of
    /// the caller.
    fn list(&self, list: &str) -> Result<Option<Found<'a>>, TooOften> {
        let directories = list.split([':', '\n']);
        for directory in directories.filter(|directory| directory.starts_with('/')) {
            let path = format!("{directory}/{}", self.name);
            if path.len() > MAX_PATH {
                continue;
            }
            match self.process.image.open_in(directory, self.name)? {
                Opened::Nothing => {}
                Opened::Damaged => return Ok(Some(Found::Damaged)),
                Opened::NotElf(real) => return Ok(Some(Found::NotElf(real))),
                Opened::Library(real, elf) if elf.machine == self.machine => {
                    return Ok(Some(Found::Library(path, real, elf)));
                }
                Opened::Library(real, elf) => {
                    return Ok(Some(Found::Foreign(real.to_owned(), elf.machine)));
                }
            }
        }
        Ok(None)
    }
}
