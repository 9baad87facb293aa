//! Output files that appear whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::mem;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{flock, FlockOperation, OFlags};

use crate::{Result, ResultExt};

const BUFFER: usize = 128 * 1024;

/// How often the known name is tried while others come and go there.
const TRIES: usize = 8;

/// The longest name that file systems take.
const MAX_NAME: usize = 255;

/// A file under a temporary name beside its place. Dropped, it vanishes; [`AtomicFile::commit`] moves it there.
///
/// The temporary name of `NAME` is `.NAME.tmp`, locked by `flock` while somebody writes. What a killed process has left
/// there is not locked, and the next one that writes `NAME` removes it. Only where two write the same file at once, the
/// second takes a name that nobody knows.
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<Beside>,
    path: PathBuf,
}

/// The temporary file.
#[derive(Debug)]
struct Beside {
    file: File,
    /// Where it is; empty once it has moved to its place.
    path: PathBuf,
}

impl AtomicFile {
    /// Opens a new file that will become `path`. Its directory must exist.
    pub fn create(path: &Path) -> Result<Self> {
        let file = Beside::create(path).cannot("write", path.display())?;
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
        let moved = file.and_then(|file| file.persist(&path));
        moved.cannot("write", path.display())
    }
}

impl Beside {
    fn create(path: &Path) -> io::Result<Self> {
        let known = known_name(path);
        for _ in 0..TRIES {
            let Some(known) = &known else { break };
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(0o644);
            match options.open(known) {
                // Where there are no locks, nobody takes it for abandoned either.
                Ok(file) if locked(&file) != Some(false) && is_at(&file, known) => {
                    return Ok(Self {
                        file,
                        path: known.clone(),
                    });
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if !remove_abandoned(known) {
                        break;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        let mut builder = tempfile::Builder::new();
        let file = builder
            .prefix(".tmp-")
            .permissions(permissions)
            .tempfile_in(folder)?;
        let (file, path) = file.keep()?;
        Ok(Self { file, path })
    }

    fn persist(mut self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)?;
        mem::take(&mut self.path);
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() && is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// `.NAME.tmp` beside `NAME`; none where that would be too long, or there is no name.
fn known_name(path: &Path) -> Option<PathBuf> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name()?);
    name.push(".tmp");
    (name.len() <= MAX_NAME).then(|| path.with_file_name(name))
}

/// Whether this process got the lock; none where there are no locks.
fn locked(file: &File) -> Option<bool> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Some(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Some(false),
        Err(_) => None,
    }
}

/// Whether a file is the one that a name leads to now.
fn is_at(file: &File, path: &Path) -> bool {
    let ids = |data: fs::Metadata| (data.dev(), data.ino());
    let (open, named) = (
        file.metadata().map(ids),
        fs::symlink_metadata(path).map(ids),
    );
    open.is_ok_and(|open| named.is_ok_and(|named| open == named))
}

/// Removes what a killed process has left; whether the name is worth another try. Who removes a file holds its lock, so
/// nobody takes away what another has just begun.
fn remove_abandoned(path: &Path) -> bool {
    let kind = fs::symlink_metadata(path).map(|data| data.file_type());
    match kind {
        Err(error) => return error.kind() == ErrorKind::NotFound,
        // None of ours is a link, so nobody writes to it.
        Ok(kind) if kind.is_symlink() => return fs::remove_file(path).is_ok(),
        Ok(kind) if !kind.is_file() => return false,
        Ok(_) => {}
    }
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.bits() as i32);
    match options.open(path) {
        Err(error) => error.kind() == ErrorKind::NotFound,
        Ok(file) if locked(&file) == Some(true) => {
            !is_at(&file, path) || fs::remove_file(path).is_ok()
        }
        Ok(_) => false,
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
    use std::os::unix::fs::{symlink, PermissionsExt};

    use super::*;

    #[test]
    fn what_a_killed_process_left_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let left = folder.path().join(".out.tmp");
        let victim = folder.path().join("victim");
        fs::write(&victim, "mine").unwrap();
        let names = || fs::read_dir(folder.path()).unwrap().count();
        for link in [false, true] {
            match link {
                false => fs::write(&left, "half").unwrap(),
                true => symlink(&victim, &left).unwrap(),
            }
            let mut file = AtomicFile::create(&path).unwrap();
            file.write_all(b"whole").unwrap();
            file.commit().unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"whole");
            assert_eq!(names(), 2);
            assert_eq!(fs::read(&victim).unwrap(), b"mine");
        }
    }

    #[test]
    fn two_at_once_do_not_disturb_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut first = AtomicFile::create(&path).unwrap();
        first.write_all(b"first").unwrap();
        let mut second = AtomicFile::create(&path).unwrap();
        second.write_all(b"second").unwrap();
        first.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        second.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // The longest name that there may be.
        let long = folder.path().join("x".repeat(MAX_NAME));
        AtomicFile::create(&long).unwrap().commit().unwrap();
        assert!(long.exists());
        fs::create_dir(folder.path().join(".out.tmp")).unwrap();
        AtomicFile::create(&path).unwrap().commit().unwrap();
        let threads: Vec<_> = (0..8)
            .map(|number: u8| {
                let path = folder.path().join("shared");
                std::thread::spawn(move || {
                    for _ in 0..50 {
                        let mut file = AtomicFile::create(&path).unwrap();
                        file.write_all(&[number; 1000]).unwrap();
                        file.commit().unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let shared = fs::read(folder.path().join("shared")).unwrap();
        assert!(shared.len() == 1000 && shared.iter().all(|byte| *byte == shared[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

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
