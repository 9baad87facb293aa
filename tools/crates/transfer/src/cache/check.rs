//! Rejects a cache that another user could make this program write through.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use blob::{Error, Result};
use rustix::process::geteuid;

use super::store::{Cache, DIRECTORIES};

const STICKY: u32 = 0o1000;
const OTHERS_WRITE: u32 = 0o002;

impl Cache {
    /// Checks that no other user could make this program write to a file of their choice.
    ///
    /// A group with write permission is trusted: with the common umask 002, each user has a private group.
    ///
    /// # Errors
    ///
    /// Fails if every user can write to the cache and remove files of others in it, or if one of its directories is a
    /// symbolic link.
    pub fn check(&self) -> Result<()> {
        self.check_with(&[])
    }

    /// As [`Cache::check`], also of other directories that the program has in the cache.
    ///
    /// # Errors
    ///
    /// As [`Cache::check`].
    pub fn check_with(&self, others: &[&str]) -> Result<()> {
        let Some(cache) = self.directory() else {
            return Ok(());
        };
        // The cache directory itself may be a link that the user made.
        check_directory(cache, cache, fs::metadata(cache))?;
        for name in DIRECTORIES.iter().chain(others) {
            let directory = cache.join(name);
            check_directory(cache, &directory, fs::symlink_metadata(&directory))?;
        }
        Ok(())
    }

    /// Whether only this user, a group that this user lets write, and root can put files into some directories of the cache.
    /// So these can be trusted without a check of each file. [`Cache::check`] allows that others own them.
    pub(super) fn is_own(&self, names: &[&str]) -> bool {
        let Some(cache) = self.directory() else {
            return false;
        };
        let user = geteuid().as_raw();
        let own = |data: &Metadata| data.uid() == user && data.mode() & OTHERS_WRITE == 0;
        let root = fs::metadata(cache).is_ok_and(|data| [0, user].contains(&data.uid()));
        // A missing directory is created later with mode 0700.
        let mut directories = names.iter().map(|name| cache.join(name).symlink_metadata());
        root && directories.all(|data| data.map_or(true, |data| data.is_dir() && own(&data)))
    }
}

fn check_directory(cache: &Path, directory: &Path, data: std::io::Result<Metadata>) -> Result<()> {
    // A missing directory is created later with mode 0700. A directory that cannot be examined cannot be used either.
    let Ok(data) = data else {
        return Ok(());
    };
    let (mode, directory) = (data.mode() & 0o7777, directory.display());
    let cause = if data.is_symlink() {
        format!("{directory} is a symbolic link")
    } else if !data.is_dir() {
        format!("{directory} is not a directory")
    } else if mode & OTHERS_WRITE != 0 && mode & STICKY == 0 {
        format!("every user can write to {directory} (mode {mode:04o})")
    } else {
        return Ok(());
    };
    let hint = format!(
        "run `chmod -R o-w {}` or delete it, or choose another directory with `--cache`",
        cache.display()
    );
    Err(Error::cannot("use cache", cache.display(), cause).hint(hint))
}

#[cfg(test)]
mod tests {
    use blob::Blob;

    use super::*;

    #[test]
    fn refused_caches() {
        use std::fs::Permissions;
        use std::os::unix::fs::{symlink, PermissionsExt};
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("cache");
        let cache = Cache::at(path.clone());
        cache.check().unwrap();
        cache.put(&Blob::of(b"x"), b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!([mode(&path), mode(&path.join("sha256"))], [0o700; 2]);
        for (directory, mode, good) in [
            (path.clone(), 0o777, false),
            (path.clone(), 0o1777, true),
            (path.clone(), 0o775, true),
            (path.join("sha256"), 0o707, false),
            (path.join("sha256"), 0o755, true),
        ] {
            fs::set_permissions(&directory, Permissions::from_mode(mode)).unwrap();
            assert_eq!(
                cache.check().is_ok(),
                good,
                "{} {mode:o}",
                directory.display()
            );
        }
        let other = path.join("other");
        fs::create_dir(&other).unwrap();
        fs::set_permissions(&other, Permissions::from_mode(0o777)).unwrap();
        cache.check().unwrap();
        cache.check_with(&["other"]).unwrap_err();
        symlink(directory.path(), path.join("partial")).unwrap();
        let error = cache.check().unwrap_err().to_string();
        assert_eq!(
            error.replace(&path.display().to_string(), "CACHE"),
            "cannot use cache `CACHE`: CACHE/partial is a symbolic link\n\
             hint: run `chmod -R o-w CACHE` or delete it, or choose another directory with `--cache`"
        );
    }
}
