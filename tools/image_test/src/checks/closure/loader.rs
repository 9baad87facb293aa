//! Where a loader looks for libraries (ld.so(8); for musl, `ldso/dynlink.c`).

use std::collections::{BTreeMap, BTreeSet};

use rootfs::Root;

use super::cache::Cache;
use super::elf::Elf;
use super::machine::Machine;

/// The libraries that musl's loader is itself.
const OF_MUSL: [&str; 7] = [
    "libc.",
    "libpthread.",
    "librt.",
    "libm.",
    "libdl.",
    "libutil.",
    "libxnet.",
];

/// The programs and libraries of an image, and what its loaders know besides.
pub(crate) struct Image<'a> {
    pub(crate) root: &'a Root,
    /// By their real paths.
    pub(crate) files: BTreeMap<&'a str, &'a Elf>,
    pub(crate) cache: Option<Cache>,
    /// `LD_LIBRARY_PATH` of the image.
    pub(crate) library_path: Vec<String>,
    /// What musl's loader reads in place of its default folders (`etc/ld-musl-ARCH.path`).
    pub(crate) musl_path: Option<Vec<String>>,
    /// The names of the loaders that are there: those are loaded before anything is looked for.
    loaders: BTreeSet<&'a str>,
    /// Whether the loader is musl's where a library does not say it.
    has_only_musl: bool,
}

/// What comes of a search.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    Library(&'a str, &'a Elf),
    /// The loader has it in itself.
    Loader,
    /// There is only one for other machines.
    Foreign(String, Machine),
    Missing,
}

impl<'a> Image<'a> {
    pub(crate) fn new(root: &'a Root, files: BTreeMap<&'a str, &'a Elf>) -> Self {
        let mut image = Self {
            root,
            files,
            cache: None,
            library_path: Vec::new(),
            musl_path: None,
            loaders: BTreeSet::new(),
            has_only_musl: false,
        };
        let interpreters = image.files.values();
        let interpreters = interpreters.filter_map(|elf| elf.interpreter.as_deref());
        let loaders = interpreters.filter_map(|path| image.at(path)?.1.soname.as_deref());
        image.loaders = loaders.collect();
        let names = || image.files.keys().map(|path| base(path));
        image.has_only_musl = names().any(is_musl) && !names().any(|name| name == "libc.so.6");
        image
    }

    /// The program or library at a path, with its real path.
    pub(crate) fn at(&self, path: &str) -> Option<(&'a str, &'a Elf)> {
        let (real, _) = self.root.resolve(path).ok()?;
        let (real, elf) = self.files.get_key_value(real.as_str())?;
        Some((real, elf))
    }

    /// Whether the loader of a file is musl's: it knows no versions.
    pub(crate) fn has_musl(&self, elf: &Elf) -> bool {
        match &elf.interpreter {
            Some(path) => is_musl(base(path)),
            None => self.has_only_musl,
        }
    }

    /// Looks for a library that a file needs. `inherited` are the folders that count because of what loads the file.
    pub(crate) fn find(
        &self,
        path: &str,
        elf: &Elf,
        name: &str,
        inherited: &[String],
    ) -> Found<'a> {
        let is_musl = self.has_musl(elf);
        if self.loaders.contains(name) || is_musl && OF_MUSL.iter().any(|own| name.starts_with(own))
        {
            return Found::Loader;
        }
        let mut foreign = None;
        for candidate in self.candidates(path, elf, name, inherited, is_musl) {
            match self.at(&candidate) {
                Some((real, library)) if library.machine == elf.machine => {
                    return Found::Library(real, library);
                }
                Some((real, library)) => {
                    foreign.get_or_insert((real.to_owned(), library.machine));
                }
                None => {}
            }
        }
        match foreign {
            Some((path, machine)) => Found::Foreign(path, machine),
            None => Found::Missing,
        }
    }

    /// The paths to try, in their order.
    fn candidates(
        &self,
        path: &str,
        elf: &Elf,
        name: &str,
        inherited: &[String],
        is_musl: bool,
    ) -> Vec<String> {
        if name.contains('/') {
            return vec![name.to_owned()];
        }
        let below = |folder: &String| format!("{folder}/{name}");
        let own = own_folders(path, elf);
        let runpath = elf.runpath.iter().flatten();
        let runpath = runpath.filter_map(|folder| expand(folder, path, elf.machine));
        let mut paths: Vec<String> = match is_musl {
            true => [&self.library_path, &own, inherited]
                .into_iter()
                .flatten()
                .map(below)
                .collect(),
            false => [&own, inherited, &self.library_path]
                .into_iter()
                .flatten()
                .map(below)
                .collect(),
        };
        paths.extend(runpath.map(|folder| below(&folder)));
        if !is_musl {
            let cached = self.cache.iter().flat_map(|cache| cache.find(name));
            paths.extend(cached.map(str::to_owned));
        }
        paths.extend(self.default_folders(elf.machine, is_musl).iter().map(below));
        paths
    }

    fn default_folders(&self, machine: Machine, is_musl: bool) -> Vec<String> {
        if is_musl {
            let known = || {
                ["/lib", "/usr/local/lib", "/usr/lib"]
                    .map(str::to_owned)
                    .to_vec()
            };
            return self.musl_path.clone().unwrap_or_else(known);
        }
        let mut folders = Vec::new();
        if let Some(triplet) = machine.triplet() {
            folders.extend(["/lib", "/usr/lib"].map(|folder| format!("{folder}/{triplet}")));
        }
        // Where there is no folder of multiarch, glibc is not Debian's and may have folders of 64 bits.
        if !folders
            .iter()
            .any(|folder| self.root.resolve(folder).is_ok())
        {
            folders.extend(["/lib64", "/usr/lib64"].map(str::to_owned));
        }
        folders.extend(["/lib", "/usr/lib"].map(str::to_owned));
        folders
    }
}

/// The folders of `DT_RPATH`; glibc takes none where there is a `DT_RUNPATH`.
pub(crate) fn own_folders(path: &str, elf: &Elf) -> Vec<String> {
    match elf.runpath {
        Some(_) => Vec::new(),
        None => {
            let folders = elf.rpath.iter();
            folders
                .filter_map(|folder| expand(folder, path, elf.machine))
                .collect()
        }
    }
}

/// Puts in what a folder's name may hold (ld.so(8), "Dynamic string tokens"). An empty one is the working folder of whoever
/// starts the program: nobody may rely on that.
fn expand(folder: &str, path: &str, machine: Machine) -> Option<String> {
    let origin = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let triplet = machine.triplet().unwrap_or_default();
    let platform = triplet.split('-').next().unwrap_or_default();
    let mut text = folder.to_owned();
    for (name, value) in [
        ("ORIGIN", format!("/{origin}")),
        ("LIB", format!("lib/{triplet}")),
        ("PLATFORM", platform.to_owned()),
    ] {
        for token in [format!("${{{name}}}"), format!("${name}")] {
            text = text.replace(&token, &value);
        }
    }
    text.starts_with('/').then_some(text)
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_musl(name: &str) -> bool {
    name.starts_with("ld-musl-")
}
