//! Output files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, CWD};
use tempfile::NamedTempFile;

use crate::beside::{self, directory_of};
use crate::{Result, ResultExt};

const BUFFER: usize = 128 * 1024;

/// Where the kernel has the files that a process has open.
const OPEN_FILES: &str = "/proc/self/fd";

const MODE: u32 = 0o644;

/// A file beside its place, without a name. Dropped, it vanishes, and so it does when the program is killed;
/// [`AtomicFile::commit`] moves it to its place.
///
/// Where a file system knows no files without a name (open(2), `O_TMPFILE`), it has a temporary one ([`beside`]).
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<Unfinished>,
    path: PathBuf,
}

#[derive(Debug)]
enum Unfinished {
    Nameless(File),
    Named(NamedTempFile),
}

impl Unfinished {
    fn create(path: &Path) -> io::Result<Self> {
        let folder = directory_of(path);
        if let Some(file) = nameless(folder) {
            return Ok(Self::Nameless(file));
        }
        beside::remove_leftovers(path);
        let named = tempfile::Builder::new()
            .prefix(&beside::temporary_prefix(path))
            .permissions(fs::Permissions::from_mode(MODE))
            .tempfile_in(folder)?;
        // Where the file system has no locks, another process may take it for a leftover: then the last step fails.
        beside::try_lock(named.as_file());
        Ok(Self::Named(named))
    }

    fn persist(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Nameless(file) => name(&file, path),
            Self::Named(file) => {
                file.persist(path)?;
                Ok(())
            }
        }
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Nameless(file) => file.write(bytes),
            Self::Named(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Nameless(file) => file.flush(),
            Self::Named(file) => file.flush(),
        }
    }
}

/// A new file without a name, where there can be one and it can be given one.
fn nameless(folder: &Path) -> Option<File> {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = rustix::fs::open(folder, flags, Mode::from_raw_mode(MODE)).ok()?;
    Path::new(OPEN_FILES).is_dir().then(|| File::from(file))
}

/// Gives a file without a name its path. A link replaces nothing, so that what is there needs a second step.
fn name(file: &File, path: &Path) -> io::Result<()> {
    let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
    let link = |path: &Path| {
        let linked = rustix::fs::linkat(CWD, open.as_str(), CWD, path, AtFlags::SYMLINK_FOLLOW);
        linked.map_err(io::Error::from)
    };
    match link(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => return other,
    }
    beside::remove_leftovers(path);
    // With a name, it is no leftover as long as this process lives.
    beside::try_lock(file);
    let named = tempfile::Builder::new()
        .prefix(&beside::temporary_prefix(path))
        .make_in(directory_of(path), link)?;
    named.persist(path)?;
    Ok(())
}

impl AtomicFile {
    /// Opens a new file that will become `path`. Its folder must exist.
    pub fn create(path: &Path) -> Result<Self> {
        let file = Unfinished::create(path).cannot("write", path.display())?;
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

    /// A killed program drops nothing.
    #[test]
    fn a_killed_program_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&folder.path().join("out")).unwrap();
        file.write_all(&[7; 2 * BUFFER]).unwrap();
        let is_nameless = matches!(file.file.get_ref(), Unfinished::Nameless(_));
        std::mem::forget(file);
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, usize::from(!is_nameless));
    }

    #[test]
    fn a_file_with_a_temporary_name_does_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        for content in ["first", "second"] {
            let named = tempfile::Builder::new()
                .prefix(&beside::temporary_prefix(&path))
                .tempfile_in(folder.path());
            let mut file = AtomicFile {
                file: BufWriter::new(Unfinished::Named(named.unwrap())),
                path: path.clone(),
            };
            file.write_all(content.as_bytes()).unwrap();
            file.commit().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Killed between the two steps that replace a file. What others are writing stays.
    #[test]
    fn the_next_one_removes_what_a_killed_program_has_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["out", ".out.tmp-killed", ".out.tmp-alive", ".other.tmp-1"] {
            fs::write(path(name), name).unwrap();
        }
        let alive = beside::lock(&path(".out.tmp-alive")).unwrap();
        let mut file = AtomicFile::create(&path("out")).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read_to_string(path("out")).unwrap(), "new");
        assert!(!path(".out.tmp-killed").exists());
        assert!(path(".out.tmp-alive").exists() && path(".other.tmp-1").exists());
        drop(alive);
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
