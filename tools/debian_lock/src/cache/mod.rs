//! A cache of downloads, by SHA-256. Content is verified again when it is read, so the cache need not be trusted.
//!
//! | directory | content | file name |
//! | --- | --- | --- |
//! | `sha256` | downloaded files | their SHA-256 |
//! | `partial` | the beginnings of incomplete files | the SHA-256 of the complete file |
//! | `derived` | content derived from files, compressed by zstd | its SHA-256 before compression |
//! | `latest` | the last response of a URL whose content is not known in advance | the SHA-256 of the URL |
//!
//! [`Cache::check`] rejects a directory that every user can write to, and a symbolic link in place of one of these
//! directories. Files are opened without following links, and only if they have no second hard link.
//!
//! Files are written under a temporary name and then renamed, so several processes may share a cache. Each use updates
//! a file's modification time, which [`Cache::clean`] reads.

mod clean;
mod derived;
mod partial;

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use blob::{AtomicFile, Blob, Digest, Error, Result, ResultExt};
use jiff::Timestamp;
use rustix::fs::OFlags;

pub(crate) use partial::Partial;

/// The directories of a cache.
const FOLDERS: [&str; 4] = ["sha256", "partial", "derived", "latest"];

/// The size in bytes of a SHA-256, a blank and a file size.
const MAX_LEARNED: u64 = 96;

/// The largest stored response of a URL. Signed texts are much smaller.
const MAX_LATEST: usize = 8 << 20;

/// A directory of files named by their digests, or no cache.
#[derive(Clone, Debug)]
pub(crate) struct Cache(Option<PathBuf>);

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(Some(folder))
    }

    /// The cache in `$XDG_CACHE_HOME/distroless` or `~/.cache/distroless`; no cache if the user has no home directory.
    pub(crate) fn of_this_user() -> Self {
        let folder = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .filter(|f| f.is_absolute())
        };
        let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
        match caches {
            Some(caches) => Self::at(caches.join("distroless")),
            None => Self(None),
        }
    }

    /// Fails if another user could make this program write to a file of their choice: if every user can write to the
    /// cache and remove files of others in it, or if one of its directories is a symbolic link.
    ///
    /// A group with write permission is trusted: with the common umask 002, each user has a private group.
    pub(crate) fn check(&self) -> Result<()> {
        let Some(cache) = &self.0 else {
            return Ok(());
        };
        // The cache directory itself may be a link that the user made.
        check_folder(cache, cache, fs::metadata(cache))?;
        for name in FOLDERS {
            let folder = cache.join(name);
            check_folder(cache, &folder, fs::symlink_metadata(&folder))?;
        }
        Ok(())
    }

    /// The SHA-256 and size that an earlier run stored for a SHA-512. The caller must verify them.
    pub(crate) fn learned(&self, sha512: &str) -> Option<Blob> {
        let bytes = self.latest(&sha512_name(sha512), MAX_LEARNED)?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let (digest, size) = text.split_once(' ')?;
        Some(Blob {
            digest: Digest::from_hex(digest).ok()?,
            size: size.parse().ok()?,
        })
    }

    /// Stores a file, and its SHA-256 under its SHA-512.
    pub(crate) fn learn(&self, sha512: &str, blob: &Blob, bytes: &[u8]) -> Result<()> {
        self.put(blob, bytes)?;
        let text = format!("{} {}", blob.digest.hex(), blob.size);
        self.put_latest(&sha512_name(sha512), text.as_bytes())
    }

    /// Returns a file if it exists and matches its name.
    pub(crate) fn get(&self, blob: &Blob) -> Option<Vec<u8>> {
        let bytes = read(&self.path("sha256", &blob.digest)?, blob.size)?;
        (Blob::of(&bytes) == *blob).then_some(bytes)
    }

    /// Stores a file.
    pub(crate) fn put(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
        match self.path("sha256", &blob.digest) {
            Some(path) => write(&path, bytes),
            None => Ok(()),
        }
    }

    /// Returns the last response of a URL. It is not verified, so it is used only for signed files.
    pub(crate) fn latest(&self, address: &str, limit: u64) -> Option<Vec<u8>> {
        let path = self.path("latest", &Digest::of(address.as_bytes()))?;
        read(&path, limit)
    }

    /// Stores the response of a URL in place of the last one, unless it is larger than any signed file.
    pub(crate) fn put_latest(&self, address: &str, bytes: &[u8]) -> Result<()> {
        match self.path("latest", &Digest::of(address.as_bytes())) {
            Some(path) if bytes.len() <= MAX_LATEST => write(&path, bytes),
            _ => Ok(()),
        }
    }

    fn path(&self, folder: &str, digest: &Digest) -> Option<PathBuf> {
        Some(self.0.as_ref()?.join(folder).join(digest.hex()))
    }
}

/// Reads a file of at most `limit` bytes, and marks it as used.
fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = open(path, OpenOptions::new().read(true))?;
    let size = file.metadata().ok()?.len();
    if size > limit {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    touch(&file);
    Some(bytes)
}

/// Updates the time of the last use. Errors are ignored: a cache without write permission cannot be cleaned either.
fn touch(file: &File) {
    let _ = file.set_modified(SystemTime::from(Timestamp::now()));
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    make_folder_of(path)?;
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).cannot("write", path.display())?;
    file.commit()
}

fn make_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Only this user may read the cache (XDG Base Directory Specification).
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.cannot("make directory", folder.display())
}

/// Opens a file of the cache. Rejects symbolic links, files with a second hard link, and pipes, which could block.
fn open(path: &Path, options: &mut OpenOptions) -> Option<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options.custom_flags(flags.bits() as i32).open(path).ok()?;
    let data = file.metadata().ok()?;
    (data.is_file() && data.nlink() == 1).then_some(file)
}

/// The name under which `latest` stores the SHA-256 for a SHA-512.
fn sha512_name(sha512: &str) -> String {
    format!("sha512:{sha512}")
}

fn check_folder(cache: &Path, folder: &Path, data: std::io::Result<fs::Metadata>) -> Result<()> {
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o002;
    // A missing directory is created later with mode 0700. A directory that cannot be examined cannot be used either.
    let Ok(data) = data else {
        return Ok(());
    };
    let (mode, folder) = (data.mode() & 0o7777, folder.display());
    let cause = if data.is_symlink() {
        format!("{folder} is a symbolic link")
    } else if !data.is_dir() {
        format!("{folder} is no directory")
    } else if mode & OTHERS_WRITE != 0 && mode & STICKY == 0 {
        format!("everybody can write to {folder} (mode {mode:04o})")
    } else {
        return Ok(());
    };
    let hint = format!(
        "run `chmod -R o-w {}` or delete it, or name another directory with `--cache`",
        cache.display()
    );
    Err(Error::cannot("use cache", cache.display(), cause).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_is_what_went_in_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("deep/er"));
        let blob = Blob::of(b"bytes");
        assert_eq!(cache.get(&blob), None);
        cache.put(&blob, b"bytes").unwrap();
        assert_eq!(cache.get(&blob).unwrap(), b"bytes");
        let path = folder.path().join("deep/er/sha256").join(blob.digest.hex());
        for spoilt in ["bytez", "byte", "bytes and more", ""] {
            fs::write(&path, spoilt).unwrap();
            assert_eq!(cache.get(&blob), None);
        }
        assert_eq!(Cache(None).get(&blob), None);
        Cache(None).put(&blob, b"bytes").unwrap();
    }

    #[test]
    fn a_cache_that_others_can_write_to_is_refused() {
        use std::fs::Permissions;
        use std::os::unix::fs::{symlink, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache");
        let cache = Cache::at(path.clone());
        cache.check().unwrap();
        cache.put(&Blob::of(b"x"), b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!([mode(&path), mode(&path.join("sha256"))], [0o700; 2]);
        for (folder, mode, good) in [
            (path.clone(), 0o777, false),
            (path.clone(), 0o1777, true),
            (path.clone(), 0o775, true),
            (path.join("sha256"), 0o707, false),
            (path.join("sha256"), 0o755, true),
        ] {
            fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
            assert_eq!(cache.check().is_ok(), good, "{} {mode:o}", folder.display());
        }
        symlink(folder.path(), path.join("partial")).unwrap();
        let error = cache.check().unwrap_err().to_string();
        assert_eq!(
            error.replace(&path.display().to_string(), "CACHE"),
            "cannot use cache `CACHE`: CACHE/partial is a symbolic link\n\
             hint: run `chmod -R o-w CACHE` or delete it, or name another directory with `--cache`"
        );
    }

    #[test]
    fn links_in_a_cache_lead_nowhere() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache"));
        let victim = folder.path().join("victim");
        let blob = Blob::of(b"mine");
        fs::write(&victim, "mine").unwrap();
        cache.put(&Blob::of(b"x"), b"x").unwrap();
        cache.put_derived(&Blob::of(b"x"), b"x").unwrap();
        drop(cache.partial(&Blob::of(b"x")).unwrap());
        let old = SystemTime::from(Timestamp::UNIX_EPOCH);
        for hard in [false, true] {
            for name in ["sha256", "partial"] {
                let link = folder
                    .path()
                    .join("cache")
                    .join(name)
                    .join(blob.digest.hex());
                let _ = fs::remove_file(&link);
                match hard {
                    true => fs::hard_link(&victim, &link).unwrap(),
                    false => symlink(&victim, &link).unwrap(),
                }
            }
            File::options()
                .write(true)
                .open(&victim)
                .unwrap()
                .set_modified(old)
                .unwrap();
            assert_eq!(cache.get(&blob), None);
            assert!(cache.partial(&blob).is_none());
            assert_eq!(fs::metadata(&victim).unwrap().modified().unwrap(), old);
            // A stored file replaces the link, not the link's target.
            cache.put(&blob, b"mine").unwrap();
            assert_eq!(cache.get(&blob).unwrap(), b"mine");
            assert_eq!(fs::metadata(&victim).unwrap().modified().unwrap(), old);
        }
    }

    #[test]
    fn what_was_learned() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache"));
        let blob = Blob::of(b"bytes");
        assert_eq!(cache.learned("ab"), None);
        cache.learn("ab", &blob, b"bytes").unwrap();
        assert_eq!(cache.learned("ab"), Some(blob));
        assert_eq!(cache.get(&blob).unwrap(), b"bytes");
        cache.put_latest("sha512:ab", b"nonsense").unwrap();
        assert_eq!(cache.learned("ab"), None);
        Cache(None).learn("ab", &blob, b"bytes").unwrap();
    }

    #[test]
    fn the_last_answer_of_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned());
        let address = "http://a.example/InRelease";
        assert_eq!(cache.latest(address, 9), None);
        cache.put_latest(address, b"old").unwrap();
        cache.put_latest(address, b"new").unwrap();
        assert_eq!(cache.latest(address, 9).unwrap(), b"new");
        assert_eq!(cache.latest(address, 2), None);
        assert_eq!(cache.latest("http://b.example/InRelease", 9), None);
    }
}
