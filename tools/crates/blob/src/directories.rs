//! Replaces directories.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::{renameat_with, RenameFlags, CWD};
use rustix::io::Errno;

/// Moves a directory to a place where another one may be. The other one is moved to the path of the new one, or to
/// `spare`, which does not exist. All paths are in the same file system.
///
/// The place always has one of the two directories, if the file system can exchange names (`RENAME_EXCHANGE` in
/// rename(2)). Otherwise it is empty for a moment.
///
/// # Errors
///
/// A directory cannot be moved. Then the older one is in its place.
pub fn replace_directory(new: &Path, place: &Path, spare: &Path) -> io::Result<()> {
    match renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(Errno::NOENT) => fs::rename(new, place),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => move_away(new, place, spare),
        Err(error) => Err(error.into()),
    }
}

fn move_away(new: &Path, place: &Path, spare: &Path) -> io::Result<()> {
    fs::rename(place, spare)?;
    fs::rename(new, place).inspect_err(|_| {
        let _ = fs::rename(spare, place);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use testkit::Workspace;

    type Replace = fn(&Path, &Path, &Path) -> io::Result<()>;

    struct Directories {
        workspace: Workspace,
    }

    impl Directories {
        fn new() -> Self {
            let workspace = Workspace::new();
            for directory in ["work/new", "place"] {
                fs::create_dir_all(workspace.path(directory)).unwrap();
            }
            workspace.write("work/new/file", "new");
            workspace.write("place/file", "old");
            Self { workspace }
        }

        fn replace(&self, replace: Replace, new: &str) -> io::Result<()> {
            let path = |name| self.workspace.path(name);
            replace(&path(new), &path("place"), &path("work/spare"))
        }

        fn content(&self) -> Option<String> {
            fs::read_to_string(self.path("place/file")).ok()
        }

        fn path(&self, name: &str) -> PathBuf {
            self.workspace.path(name)
        }
    }

    #[test]
    fn the_new_directory_takes_the_place() {
        for replace in [replace_directory, move_away] {
            let directories = Directories::new();
            directories.replace(replace, "work/new").unwrap();
            assert_eq!(directories.content().as_deref(), Some("new"));
        }
    }

    #[test]
    fn a_free_place_is_taken() {
        let directories = Directories::new();
        fs::remove_dir_all(directories.path("place")).unwrap();
        directories.replace(replace_directory, "work/new").unwrap();
        assert_eq!(directories.content().as_deref(), Some("new"));
    }

    #[test]
    fn a_failure_leaves_the_older_directory() {
        for replace in [replace_directory, move_away] {
            let directories = Directories::new();
            let error = directories.replace(replace, "missing").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound);
            assert_eq!(directories.content().as_deref(), Some("old"));
        }
    }
}
