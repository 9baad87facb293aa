//! Output files that appear whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Result, ResultExt};

const BUFFER: usize = 128 * 1024;

/// A file under a temporary name beside its place. Dropped, it vanishes; [`AtomicFile::commit`] moves it there.
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl AtomicFile {
    /// Opens a new file that will become `path`. Its folder must exist.
    pub fn create(path: &Path) -> Result<Self> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".tmp-")
            .permissions(fs::Permissions::from_mode(0o644))
            .tempfile_in(folder)
            .cannot("write", path.display())?;
        Ok(Self {
            file: BufWriter::with_capacity(BUFFER, file),
            path: path.to_owned(),
        })
    }

    /// The place that the file will take.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the finished file to its place, over whatever was there.
    pub fn commit(self) -> Result<()> {
        let path = self.path;
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error);
        let file = file.cannot("write", path.display())?;
        file.persist(&path).cannot("write", path.display())?;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The small output files of one command, held back until all of them are known.
#[derive(Debug, Default)]
pub struct Outputs(Vec<AtomicFile>);

impl Outputs {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file with these bytes.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = AtomicFile::create(path)?;
        file.write_all(bytes).cannot("write", path.display())?;
        self.0.push(file);
        Ok(())
    }

    /// Adds a file that is already written.
    pub fn push(&mut self, file: AtomicFile) {
        self.0.push(file);
    }

    /// Moves all of them to their places.
    pub fn commit(self) -> Result<()> {
        self.0.into_iter().try_for_each(AtomicFile::commit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_appears_before_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        fs::write(&path, "before").unwrap();
        let mut outputs = Outputs::new();
        outputs.add(&path, b"after").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"before");
        outputs.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"after");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
            0o644
        );
    }

    #[test]
    fn a_dropped_file_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&folder.path().join("out")).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = AtomicFile::create(Path::new("/no/such/folder/out"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("cannot write `/no/such/folder/out`: "),
            "{error}"
        );
    }
}
