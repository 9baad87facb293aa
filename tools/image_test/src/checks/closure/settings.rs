//! The settings of an image's loaders: the cache, the environment, and lists of libraries and directories.

use ::elf::ld_cache::Cache;
use rootfs::Root;

use super::collect::{CACHE, PRELOAD};
use super::machine::Machine;
use super::{Closure, Problems};

/// Settings for all programs of an image.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The cache of glibc's loader, if it is valid.
    pub(crate) cache: Option<Cache>,
    /// `LD_LIBRARY_PATH` of the configuration.
    pub(crate) library_path: String,
    /// `LD_PRELOAD` of the configuration.
    pub(crate) preload: String,
    /// The libraries in `etc/ld.so.preload`, for glibc only.
    pub(crate) preload_file: Vec<String>,
    /// The working directory of the configuration, where relative paths start.
    pub(crate) working_directory: String,
}

impl Closure<'_> {
    /// The content of a file that the loader reads, if the image has it.
    pub(super) fn text(&self, path: &str) -> Option<&[u8]> {
        let (_, node) = self.root.resolve(path).ok()?;
        self.collected.text(node.inode?)
    }

    pub(super) fn settings(&self, machine: Option<Machine>, problems: &mut Problems) -> Settings {
        let config = self.config.config().as_ref();
        let directory = config.and_then(|config| config.working_dir().clone());
        let preloads = self.text(PRELOAD).map(rootfs::escape).unwrap_or_default();
        Settings {
            cache: self.cache(machine, problems),
            library_path: self.variable("LD_LIBRARY_PATH="),
            preload: self.variable("LD_PRELOAD="),
            preload_file: preload_names(&preloads),
            working_directory: directory.unwrap_or_default(),
        }
    }

    fn cache(&self, machine: Option<Machine>, problems: &mut Problems) -> Option<Cache> {
        let bytes = self.text(CACHE)?;
        let big_endian = machine.is_some_and(|machine| machine.is_big_endian());
        match Cache::read(bytes, big_endian) {
            Ok(cache) => Some(cache),
            Err(damage) => {
                problems.cache.push(format!("`{CACHE}` {damage}"));
                None
            }
        }
    }

    /// The last value of an environment variable in the configuration, which is the one that programs see.
    fn variable(&self, start: &str) -> String {
        let config = self.config.config().as_ref();
        let env = config.and_then(|config| config.env().as_ref());
        let values = env.into_iter().flatten();
        let value = values
            .filter_map(|pair| pair.strip_prefix(start))
            .next_back();
        value.unwrap_or_default().to_owned()
    }
}

/// The names in `etc/ld.so.preload`, separated by white space and colons; `#` begins a comment (`handle_preload_list`
/// and `do_preload` of `elf/rtld.c`).
fn preload_names(text: &str) -> Vec<String> {
    let lines = text.lines();
    let lines = lines.map(|line| line.split('#').next().unwrap_or_default());
    let names = lines.flat_map(|line| line.split([' ', '\t', ':']));
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The list of directories that musl's loader searches, `etc/ld-musl-ARCH.path` below the prefix of the loader
/// (`load_library` of `ldso/dynlink.c`). `interpreter` is the path of the loader, `/lib/ld-musl-ARCH.so.1`.
pub(crate) fn musl_path(closure: &Closure<'_>, interpreter: &str) -> String {
    const DEFAULT: &str = "/lib:/usr/local/lib:/usr/lib";
    let (directory, name) = interpreter.rsplit_once('/').unwrap_or(("", interpreter));
    let prefix = directory.rsplit_once('/').map_or("", |(prefix, _)| prefix);
    let Some(architecture) = name.strip_prefix("ld-musl-") else {
        return DEFAULT.to_owned();
    };
    let architecture = architecture.split('.').next().unwrap_or_default();
    let path = format!("{prefix}/etc/ld-musl-{architecture}.path");
    if is_there(closure.root, &path) {
        closure
            .text(&path)
            .map(rootfs::escape)
            .unwrap_or_default()
            .into_owned()
    } else {
        DEFAULT.to_owned()
    }
}

fn is_there(root: &Root, path: &str) -> bool {
    root.resolve(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_preload_file() {
        let names = preload_names("# all\n/lib/a.so: b.so\tc.so # d.so\n\n:\n");
        assert_eq!(names, ["/lib/a.so", "b.so", "c.so"]);
    }
}
