//! Output files that are either complete or do not exist.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, XattrFlags, CWD};
use tempfile::NamedTempFile;

use crate::temporary::{self, directory_of};
use crate::{Digest, Result, ResultExt};

/// The extended attribute (xattr(7)) with the SHA-256 digest of a file as 32 bytes, as Bazel's option
/// `--unix_digest_hash_attribute_name` expects it.
pub const DIGEST_ATTRIBUTE: &str = "user.distroless.sha256";

const BUFFER: usize = 128 * 1024;

/// The directory of the process's open files.
const OPEN_FILES: &str = "/proc/self/fd";

const MODE: u32 = 0o644;

/// An unnamed file in the directory of its output. It disappears if it is dropped or the process is killed.
/// [`AtomicFile::commit`] gives it its path.
///
/// If the file system does not support unnamed files (open(2), `O_TMPFILE`), it has a temporary name ([`temporary`]).
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
        let directory = directory_of(path);
        if let Some(file) = nameless(directory) {
            return Ok(Self::Nameless(file));
        }
        temporary::remove_leftovers(path);
        let prefix = temporary::temporary_prefix(path);
        loop {
            let named = tempfile::Builder::new()
                .prefix(&prefix)
                .permissions(fs::Permissions::from_mode(MODE))
                .tempfile_in(directory)?;
            // On a file system without locks, another process may delete the file as a leftover; then the last step fails.
            temporary::try_lock(named.as_file());
            if named.as_file().metadata()?.nlink() > 0 {
                return Ok(Self::Named(named));
            }
            // Another process deleted it before it was locked.
        }
    }

    fn file(&self) -> &File {
        match self {
            Self::Nameless(file) => file,
            Self::Named(file) => file.as_file(),
        }
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

/// Creates an unnamed file, if the file system supports it and the file can be named later.
fn nameless(directory: &Path) -> Option<File> {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = rustix::fs::open(directory, flags, Mode::from_raw_mode(MODE)).ok()?;
    Path::new(OPEN_FILES).is_dir().then(|| File::from(file))
}

/// Gives an unnamed file its path. A link cannot replace a file, so an existing file needs a second step.
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
    temporary::remove_leftovers(path);
    // Other processes do not treat the named file as a leftover while this process holds the lock.
    temporary::try_lock(file);
    let named = tempfile::Builder::new()
        .prefix(&temporary::temporary_prefix(path))
        .make_in(directory_of(path), link)?;
    named.persist(path)?;
    Ok(())
}

impl AtomicFile {
    /// Creates a file that will become `path`. The directory of `path` must exist.
    ///
    /// # Errors
    ///
    /// The file cannot be created.
    pub fn create(path: &Path) -> Result<Self> {
        let file = Unfinished::create(path).cannot("write", path.display())?;
        Ok(Self {
            file: BufWriter::with_capacity(BUFFER, file),
            path: path.to_owned(),
        })
    }

    /// The path of the output.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes the digest of the complete content at the file, in [`DIGEST_ATTRIBUTE`]. The file's hard links have it, too: who
    /// trusts it need not read them. On a file system without such attributes, nothing happens.
    pub fn note_digest(&self, digest: Digest) {
        let file = self.file.get_ref().file();
        let bytes = digest.as_bytes();
        let _ = rustix::fs::fsetxattr(file, DIGEST_ATTRIBUTE, bytes, XattrFlags::empty());
    }

    /// Moves the finished file to its path, replacing an existing file.
    ///
    /// # Errors
    ///
    /// The file cannot be written or moved.
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

/// The small output files of one command, which appear only after all of them are complete.
#[derive(Debug, Default)]
pub struct Outputs(Vec<AtomicFile>);

impl Outputs {
    /// A list without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file with this content.
    ///
    /// # Errors
    ///
    /// The file cannot be created or written.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = AtomicFile::create(path)?;
        file.write_all(bytes).cannot("write", path.display())?;
        self.0.push(file);
        Ok(())
    }

    /// Adds a file whose content is complete.
    pub fn push(&mut self, file: AtomicFile) {
        self.0.push(file);
    }

    /// Moves all files to their paths.
    ///
    /// # Errors
    ///
    /// A file cannot be written or moved.
    pub fn commit(self) -> Result<()> {
        self.0.into_iter().try_for_each(AtomicFile::commit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_appears_before_commit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
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
    fn hard_links_have_the_digest() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"layer").unwrap();
        file.note_digest(Digest::of(b"layer"));
        file.commit().unwrap();
        let link = directory.path().join("link");
        fs::hard_link(&path, &link).unwrap();
        let mut value = [0; 33];
        match rustix::fs::getxattr(&link, DIGEST_ATTRIBUTE, &mut value) {
            Ok(size) => assert_eq!(value[..size], Digest::of(b"layer").as_bytes()[..]),
            Err(error) => assert_eq!(error, rustix::io::Errno::OPNOTSUPP),
        }
    }

    #[test]
    fn a_dropped_file_leaves_no_trace() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&directory.path().join("out")).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    /// A killed process does not run `drop`.
    #[test]
    fn a_killed_program_leaves_no_trace() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&directory.path().join("out")).unwrap();
        file.write_all(&[7; 2 * BUFFER]).unwrap();
        let is_nameless = matches!(file.file.get_ref(), Unfinished::Nameless(_));
        std::mem::forget(file);
        let left = fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(left, usize::from(!is_nameless));
    }

    #[test]
    fn a_file_with_a_temporary_name_is_replaced_at_commit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        for content in ["first", "second"] {
            let named = tempfile::Builder::new()
                .prefix(&temporary::temporary_prefix(&path))
                .tempfile_in(directory.path());
            let mut file = AtomicFile {
                file: BufWriter::new(Unfinished::Named(named.unwrap())),
                path: path.clone(),
            };
            file.write_all(content.as_bytes()).unwrap();
            file.commit().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    /// Tests a process that was killed between the two steps of replacing a file. Files of running processes stay.
    #[test]
    fn leftovers_of_killed_programs_are_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        for name in ["out", ".out.tmp-killed", ".out.tmp-alive", ".other.tmp-1"] {
            fs::write(path(name), name).unwrap();
        }
        let alive = temporary::lock(&path(".out.tmp-alive")).unwrap();
        let mut file = AtomicFile::create(&path("out")).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read_to_string(path("out")).unwrap(), "new");
        assert!(!path(".out.tmp-killed").exists());
        assert!(path(".out.tmp-alive").exists() && path(".other.tmp-1").exists());
        drop(alive);
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = AtomicFile::create(Path::new("/no/such/folder/out"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("cannot write `/no/such/folder/out`: "),
            "{error}"
        );
    }
}
