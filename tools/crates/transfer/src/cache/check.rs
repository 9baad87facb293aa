//! Rejects a cache that another user could make this program write through.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use blob::cached::owner;
use blob::{Error, Result};

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
        let Some(cache) = self.directory() else {
            return Ok(());
        };
        // The cache directory itself may be a link that the user made.
        check_directory(cache, cache, fs::metadata(cache))?;
        for name in DIRECTORIES {
            let directory = cache.join(name);
            check_directory(cache, &directory, fs::symlink_metadata(&directory))?;
        }
        Ok(())
    }

    /// Checks that only this user, a group that this user lets write, and root can put files into some directories of the
    /// cache. So their content can be used as this program wrote it. [`Cache::check`] allows that others own them.
    ///
    /// # Errors
    ///
    /// Fails if one of them, or the cache, belongs to another user, or if every user can write to it, or if it is a
    /// symbolic link. A missing directory is created later with mode 0700.
    pub fn check_own(&self, names: &[&str]) -> Result<()> {
        let Some(cache) = self.directory() else {
            return Ok(());
        };
        if let Some(owner) = fs::metadata(cache).ok().and_then(|data| owner(&data)) {
            return Err(refused(cache, cache, of_another(cache, owner)));
        }
        for name in names {
            let directory = cache.join(name);
            let Ok(data) = fs::symlink_metadata(&directory) else {
                continue;
            };
            let cause = match owner(&data).filter(|_| data.is_dir()) {
                Some(owner) => Some(of_another(&directory, owner)),
                None => unsafe_directory(&directory, &data, 0),
            };
            if let Some(cause) = cause {
                return Err(refused(cache, &directory, cause));
            }
        }
        Ok(())
    }

    /// As [`Cache::check_own`]; false without a cache.
    pub(super) fn is_own(&self, names: &[&str]) -> bool {
        self.directory().is_some() && self.check_own(names).is_ok()
    }
}

fn check_directory(cache: &Path, directory: &Path, data: std::io::Result<Metadata>) -> Result<()> {
    // A missing directory is created later with mode 0700. A directory that cannot be examined cannot be used either.
    match data
        .ok()
        .and_then(|data| unsafe_directory(directory, &data, STICKY))
    {
        Some(cause) => Err(refused(cache, directory, cause)),
        None => Ok(()),
    }
}

fn of_another(directory: &Path, owner: u32) -> String {
    let directory = directory.display();
    format!("{directory} belongs to the user with the ID {owner}")
}

/// Why a directory must not be used. `allowed` are bits of the mode with which every user may write.
fn unsafe_directory(directory: &Path, data: &Metadata, allowed: u32) -> Option<String> {
    let (mode, directory) = (data.mode() & 0o7777, directory.display());
    if data.is_symlink() {
        Some(format!("{directory} is a symbolic link"))
    } else if !data.is_dir() {
        Some(format!("{directory} is not a directory"))
    } else if mode & OTHERS_WRITE != 0 && mode & allowed == 0 {
        Some(format!(
            "every user can write to {directory} (mode {mode:04o})"
        ))
    } else {
        None
    }
}

/// No hint to change modes: another user may have put files there.
fn refused(cache: &Path, directory: &Path, cause: String) -> Error {
    let hint = format!(
        "choose another directory with `--cache`, or delete {}",
        directory.display()
    );
    Error::cannot("use cache", cache.display(), cause).hint(hint)
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
        for (mode, good) in [(0o777, false), (0o1777, false), (0o775, true)] {
            fs::set_permissions(&other, Permissions::from_mode(mode)).unwrap();
            assert_eq!(
                cache.check_own(&["other", "missing"]).is_ok(),
                good,
                "{mode:o}"
            );
        }
        symlink(directory.path(), path.join("partial")).unwrap();
        let error = cache.check().unwrap_err().to_string();
        assert_eq!(
            error.replace(&path.display().to_string(), "CACHE"),
            "cannot use cache `CACHE`: CACHE/partial is a symbolic link\n\
             hint: choose another directory with `--cache`, or delete CACHE/partial"
        );
    }
}
