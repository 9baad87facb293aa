//! What is started: each program, and what no program loads.

use std::collections::BTreeSet;

use super::image::{Image, TooOften};
use super::process::{Failure, Process, Start};
use super::settings::musl_path;
use super::{is_for_debuggers, Closure, Elf, Problems};

/// Something to start: its real path and what it is.
type Root<'a> = (&'a str, &'a Elf);

impl<'a> Closure<'a> {
    /// Loads each program with what it needs. Of libraries, those are loaded on their own that nothing else of the image
    /// loads: plugins, whose program opens them by name.
    pub(super) fn start_all(
        &self,
        image: &Image<'a>,
        problems: &mut Problems,
    ) -> Result<(), TooOften> {
        let files = image.files.iter().map(|(path, elf)| (*path, *elf));
        let files = files.filter(|(path, _)| !is_for_debuggers(path));
        // A library may be started too, as libc.so.6 is to say its version; it is none the less a library.
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
        // First those that no other library loads; then one of each ring of libraries that load each other.
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

    /// Which files are loaded by another of these.
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

    /// Loads one file with what it needs, on each kind of processor. Notes what is loaded.
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
