//! Starts each program, and each library that no program loads.

use std::collections::BTreeSet;

use super::image::{Image, TooOften};
use super::load::{Failure, Start};
use super::process::Process;
use super::settings::musl_path;
use super::{is_for_debuggers, Closure, Elf, Problems};

/// A file to start: its real path and its content.
type Root<'a> = (&'a str, &'a Elf);

impl<'a> Closure<'a> {
    /// Loads each program with everything that it needs. A library is loaded alone if no other file of the image loads
    /// it: a plugin, which its program opens at run time.
    pub(super) fn start_all(
        &self,
        image: &Image<'a>,
        problems: &mut Problems,
    ) -> Result<(), TooOften> {
        let files = image.files.iter().map(|(path, elf)| (*path, *elf));
        let files = files.filter(|(path, _)| !is_for_debuggers(path));
        // Some libraries can be started, such as libc.so.6 to print its version. They still count as libraries.
        let (programs, libraries): (Vec<Root<'a>>, Vec<_>) =
            files.partition(|(_, elf)| elf.interpreter.is_some() && elf.soname.is_none());
        let mut loaded = BTreeSet::new();
        for root in programs {
            self.start(image, root, &mut loaded, problems)?;
        }
        let free = |loaded: &BTreeSet<&str>| -> Vec<Root<'a>> {
            let all = libraries.iter().copied();
            all.filter(|(path, _)| !loaded.contains(path)).collect()
        };
        // First the libraries that no other library loads, then one of each cycle of libraries that load each other.
        let alone = free(&loaded);
        let needed = self.needed_by_others(image, &alone)?;
        for root in alone.iter().filter(|(path, _)| !needed.contains(path)) {
            self.start(image, *root, &mut loaded, problems)?;
        }
        for root in free(&loaded) {
            if !loaded.contains(root.0) {
                self.start(image, root, &mut loaded, problems)?;
            }
        }
        Ok(())
    }

    /// The files that another of these files loads.
    fn needed_by_others(
        &self,
        image: &Image<'a>,
        roots: &[Root<'a>],
    ) -> Result<BTreeSet<&'a str>, TooOften> {
        let mut needed = BTreeSet::new();
        for (path, elf) in roots {
            let mut mine = BTreeSet::new();
            self.load(image, (path, elf), &mut mine, &mut |_, _| {})?;
            mine.remove(path);
            needed.append(&mut mine);
        }
        Ok(needed)
    }

    fn start(
        &self,
        image: &Image<'a>,
        root: Root<'a>,
        loaded: &mut BTreeSet<&'a str>,
        problems: &mut Problems,
    ) -> Result<(), TooOften> {
        self.load(image, root, loaded, &mut |processor, failure| {
            self.report(image, root.0, processor, &failure, problems);
        })
    }

    /// Loads one file with everything that it needs, for each kind of processor. Adds the loaded files to `loaded`.
    fn load(
        &self,
        image: &Image<'a>,
        (real, elf): Root<'a>,
        loaded: &mut BTreeSet<&'a str>,
        fail: &mut dyn FnMut(&[&str], Failure<'a>),
    ) -> Result<(), TooOften> {
        for processor in image.processors(elf.machine) {
            let start = Start {
                image,
                real,
                elf,
                processor,
            };
            let musl = |interpreter: &str| musl_path(self, interpreter);
            let process = Process::load(start, musl, &mut |failure| fail(processor, failure))?;
            loaded.extend(process.objects.iter().map(|object| object.real));
        }
        Ok(())
    }
}
