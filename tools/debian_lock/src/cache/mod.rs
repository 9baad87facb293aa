//! Downloads kept by their SHA-256. What comes out is checked again, so nothing in it is trusted.
//!
//! | folder | holds | named by |
//! | --- | --- | --- |
//! | `sha256` | files as they came | their SHA-256 |
//! | `partial` | the beginnings of files that have not all come | the SHA-256 that they are to have |
//! | `derived` | what was worked out from files, compressed by zstd | its SHA-256 before compression |
//! | `latest` | the last answer of an address whose content is not known beforehand | the SHA-256 of the address |
//!
//! A directory that everybody can write to is refused ([`Cache::check`]), and so is a link in place of a directory of ours.
//! Files are opened without following a link, and only those that have no other name.
//!
//! Files appear whole (written beside their place, then renamed), so several processes may share a cache. Each use
//! renews a file's time of change; [`Cache::clean`] goes by that.

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

/// Every folder of a cache.
const FOLDERS: [&str; 4] = ["sha256", "partial", "derived", "latest"];

/// 64 digits, a blank and the digits of a size.
const MAX_LEARNED: u64 = 96;

/// What is kept of an address: signed texts are smaller by far.
const MAX_LATEST: usize = 8 << 20;

/// A folder of files named by their digests, or none.
#[derive(Clone, Debug)]
pub(crate) struct Cache(Option<PathBuf>);

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(Some(folder))
    }

    /// `$XDG_CACHE_HOME/distroless`, `~/.cache/distroless`, or none where there is no home.
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

    /// Fails where others could make this program write to a file of their choice: where everybody can write to the cache
    /// and may remove what is not theirs, or a directory in it is a symbolic link.
    ///
    /// A group that can write is trusted: with the usual umask 002, the group is the user.
    pub(crate) fn check(&self) -> Result<()> {
        let Some(cache) = &self.0 else {
            return Ok(());
        };
        // The user may have a link in place of the cache itself.
        check_folder(cache, cache, fs::metadata(cache))?;
        for name in FOLDERS {
            let folder = cache.join(name);
            check_folder(cache, &folder, fs::symlink_metadata(&folder))?;
        }
        Ok(())
    }

    /// The SHA-256 and size of a file whose SHA-512 this is, as an earlier run found. Nothing vouches for it.
    pub(crate) fn learned(&self, sha512: &str) -> Option<Blob> {
        let bytes = self.latest(&sha512_name(sha512), MAX_LEARNED)?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let (digest, size) = text.split_once(' ')?;
        Some(Blob {
            digest: Digest::from_hex(digest).ok()?,
            size: size.parse().ok()?,
        })
    }

    /// Keeps a file, and what its SHA-512 is.
    pub(crate) fn learn(&self, sha512: &str, blob: &Blob, bytes: &[u8]) -> Result<()> {
        self.put(blob, bytes)?;
        let text = format!("{} {}", blob.digest.hex(), blob.size);
        self.put_latest(&sha512_name(sha512), text.as_bytes())
    }

    /// The file, where it is there and still what its name says.
    pub(crate) fn get(&self, blob: &Blob) -> Option<Vec<u8>> {
        let bytes = read(&self.path("sha256", &blob.digest)?, blob.size)?;
        (Blob::of(&bytes) == *blob).then_some(bytes)
    }

    /// Keeps a file.
    pub(crate) fn put(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
        match self.path("sha256", &blob.digest) {
            Some(path) => write(&path, bytes),
            None => Ok(()),
        }
    }

    /// The last answer of an address. Nothing vouches for it: it is for what is signed.
    pub(crate) fn latest(&self, address: &str, limit: u64) -> Option<Vec<u8>> {
        let path = self.path("latest", &Digest::of(address.as_bytes()))?;
        read(&path, limit)
    }

    /// Keeps the answer of an address, in place of the last, unless it is larger than anything signed.
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

/// The bytes of a file no larger than that, which counts as a use of it.
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

/// Renews the time of the last use. Where the cache is not ours to write, there is none to clean either.
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
    // For this user alone (XDG Base Directory Specification).
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.cannot("make directory", folder.display())
}

/// Opens a file of ours: no link, no other name for a file elsewhere, no pipe that would make it wait.
fn open(path: &Path, options: &mut OpenOptions) -> Option<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options.custom_flags(flags.bits() as i32).open(path).ok()?;
    let data = file.metadata().ok()?;
    (data.is_file() && data.nlink() == 1).then_some(file)
}

/// What an earlier run found of a file is kept in place of an address.
fn sha512_name(sha512: &str) -> String {
    format!("sha512:{sha512}")
}

fn check_folder(cache: &Path, folder: &Path, data: std::io::Result<fs::Metadata>) -> Result<()> {
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o002;
    // What is not there is made for this user alone; what cannot be looked at cannot be used either.
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
            // What is kept takes the place of the link, not of what it leads to.
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
