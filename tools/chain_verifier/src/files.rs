//! Reads the files that the command line names; errors contain their paths as given.

use std::fs;
use std::path::{Path, PathBuf};

use blob::{read_regular, Result, ResultExt};
use worker::Request;

/// A file and its name in messages.
#[derive(Clone, Debug)]
pub(crate) struct NamedFile {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
}

impl NamedFile {
    pub(crate) fn of(request: &Request, path: &Path) -> Self {
        Self {
            path: request.path(path),
            shown: path.display().to_string(),
        }
    }

    /// The content, if it has at most `most` bytes.
    pub(crate) fn read(&self, most: u64) -> Result<Vec<u8>> {
        read_regular(&self.path, most).cannot("read", &self.shown)
    }

    /// The text, if it has at most `most` bytes.
    pub(crate) fn read_text(&self, most: u64) -> Result<String> {
        String::from_utf8(self.read(most)?).cannot("read", &self.shown)
    }
}

/// The packages among the given paths: files, and the `.deb` files of directories.
pub(crate) fn debs(request: &Request, paths: &[PathBuf]) -> Result<Vec<NamedFile>> {
    let mut files = Vec::new();
    for path in paths {
        let given = NamedFile::of(request, path);
        if !given.path.is_dir() {
            files.push(given);
            continue;
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&given.path).cannot("read directory", &given.shown)? {
            let name = entry.cannot("read directory", &given.shown)?.file_name();
            names.extend(
                name.into_string()
                    .ok()
                    .filter(|name| name.ends_with(".deb")),
            );
        }
        names.sort();
        let named = names.iter();
        files.extend(named.map(|name| NamedFile::of(request, &path.join(name))));
    }
    Ok(files)
}
