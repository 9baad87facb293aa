//! What the loaders of an image know besides its files: the cache, the environment, musl's list of folders.

use std::collections::{BTreeMap, BTreeSet};

use super::cache::Cache;
use super::collect::is_musl_path;
use super::elf::Elf;
use super::loader::Image;
use super::machine::Machine;
use super::{Closure, Problems, CACHE};

impl<'a> Closure<'a> {
    /// The image as its loaders see it.
    pub(super) fn image(
        &self,
        files: BTreeMap<&'a str, &'a Elf>,
        machine: Option<Machine>,
        problems: &mut Problems,
    ) -> Image<'a> {
        let mut image = Image::new(self.root, files);
        image.library_path = self.library_path();
        let text = |path: &str| {
            let (real, node) = self.root.resolve(path).ok()?;
            Some((real, self.collected.text(node.inode?)?))
        };
        if let Some((_, bytes)) = text(CACHE) {
            let big_endian = machine.is_some_and(|machine| machine.is_big_endian());
            image.cache = Cache::read(bytes, big_endian);
            match &image.cache {
                Some(cache) => {
                    let paths: BTreeSet<&str> = cache.paths().collect();
                    let missing = paths.iter().filter(|path| image.at(path).is_none());
                    let missing = missing.map(|path| {
                        format!("`{CACHE}` names `{path}`, which is no library of the image")
                    });
                    problems.cache.extend(missing);
                }
                None => problems
                    .cache
                    .push(format!("`{CACHE}` is damaged, or for another architecture")),
            }
        }
        let musl = self.root.iter().find(|(path, _)| is_musl_path(path));
        if let Some((_, bytes)) = musl.and_then(|(path, _)| text(path)) {
            let folders = String::from_utf8_lossy(bytes);
            let folders = folders
                .split([':', '\n'])
                .filter(|folder| !folder.is_empty());
            image.musl_path = Some(folders.map(str::to_owned).collect());
        }
        image
    }

    /// The folders of `LD_LIBRARY_PATH` in the config.
    fn library_path(&self) -> Vec<String> {
        let config = self.config.config().as_ref();
        let env = config.and_then(|config| config.env().as_ref());
        let values = env.into_iter().flatten();
        let value = values
            .filter_map(|pair| pair.strip_prefix("LD_LIBRARY_PATH="))
            .next_back();
        let folders = value.unwrap_or_default().split([':', ';']);
        folders
            .filter(|folder| folder.starts_with('/'))
            .map(str::to_owned)
            .collect()
    }
}
