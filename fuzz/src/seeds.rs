//! The committed seeds.

use std::fs;
use std::path::Path;

/// All files of a directory, in the order of their names.
pub(crate) fn read(directory: &Path) -> Result<Vec<Vec<u8>>, String> {
    let fail = |error: std::io::Error| format!("cannot read `{}`: {error}", directory.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(fail)? {
        paths.push(entry.map_err(fail)?.path());
    }
    paths.sort();
    if paths.is_empty() {
        return Err(format!("there is no seed in `{}`", directory.display()));
    }
    paths
        .iter()
        .map(|path| fs::read(path).map_err(fail))
        .collect()
}
