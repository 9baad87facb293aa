//! The file of a definition, and the paths that follow from it.

use std::path::{Path, PathBuf};

use blob::{read_text, Error, Result};
use image_definition::{Definition, MAX_TEXT};

/// A definition and the file that it is from.
#[derive(Debug)]
pub(crate) struct DefinitionFile {
    pub(crate) path: PathBuf,
    pub(crate) definition: Definition,
}

impl DefinitionFile {
    /// Whether a path is that of a definition: its name ends in `.yaml`, `.yml` or `.json`.
    pub(crate) fn is_name(path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("yaml" | "yml" | "json"))
    }

    /// Reads and checks a definition.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no definition.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        if path.file_name().is_some_and(|name| name.to_str().is_none()) {
            // The names of the lock, of the layout and of the image follow from it.
            let cause = "the name of the file is not UTF-8";
            return Err(Error::cannot("read definition", shown, cause));
        }
        let text = read_text(path, MAX_TEXT as u64).map_err(|error| {
            let is_missing = error.kind() == std::io::ErrorKind::NotFound;
            let error = Error::cannot("read definition", &shown, error);
            if is_missing {
                error.hint("`distroless init` writes a definition to start from")
            } else {
                error
            }
        })?;
        let definition = image_definition::read(&shown.to_string(), &text)?;
        Ok(Self {
            path: path.to_owned(),
            definition,
        })
    }

    /// The directory of the definition, to which paths in it are relative.
    pub(crate) fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// A path that the definition names.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        self.directory().join(path)
    }

    /// The file of the lock.
    pub(crate) fn lock(&self) -> PathBuf {
        self.resolve(&self.definition.lock)
    }

    /// The directory that `distroless build` writes by default: `NAME.oci` next to the definition.
    pub(crate) fn layout(&self) -> PathBuf {
        self.resolve(&format!("{}.oci", self.definition.name))
    }

    /// The files of the definition's tests.
    pub(crate) fn tests(&self) -> Vec<PathBuf> {
        let tests = self.definition.tests.iter();
        tests.map(|path| self.resolve(path)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn the_name_of_a_definition_is_utf_8() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(OsStr::from_bytes(b"a\xff.yaml"));
        let text = "version: 1\nname: a\narchitectures: [amd64]\nlayers: [{busybox: {}}]\n";
        std::fs::write(&path, text).unwrap();
        let error = DefinitionFile::read(&path).unwrap_err().to_string();
        assert!(
            error.ends_with("the name of the file is not UTF-8"),
            "{error}"
        );
    }
}
