//! The cache: a directory of files named by their digests.

use std::env;
use std::path::{Path, PathBuf};

use blob::{Blob, Digest, Result};

use super::files::{read, read_own, write};

/// The size in bytes of a SHA-256, a blank and a file size.
const MAX_SHA512_RECORD: u64 = 96;

/// The largest stored response of a URL. Signed texts are much smaller.
const MAX_LATEST: usize = 8 << 20;

/// The largest result in bytes. The positions in Debian's index have 3 MB, those in the largest one that is read 14 MB.
const MAX_RESULT: u64 = 16 << 20;

/// The SHA-256 at the start of a stored result, in hexadecimal digits.
const DIGITS: usize = 64;

/// The directories of a cache.
pub(super) const DIRECTORIES: [&str; 5] = ["sha256", "partial", "derived", "latest", "results"];

/// A directory of files named by their digests, or no cache.
#[derive(Clone, Debug)]
pub struct Cache(Option<PathBuf>);

impl Cache {
    /// The cache in a directory, which need not exist.
    pub fn at(directory: PathBuf) -> Self {
        Self(Some(directory))
    }

    /// No cache: nothing is stored.
    pub fn none() -> Self {
        Self(None)
    }

    /// The cache in `$XDG_CACHE_HOME/distroless` or `~/.cache/distroless`; no cache if the user has no home directory.
    pub fn of_this_user() -> Self {
        let directory = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let caches = directory("XDG_CACHE_HOME");
        match caches.or_else(|| Some(directory("HOME")?.join(".cache"))) {
            Some(caches) => Self::at(caches.join("distroless")),
            None => Self::none(),
        }
    }

    /// The directory of the cache, if there is a cache.
    pub fn directory(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// The SHA-256 and size that an earlier run stored for a SHA-512. The caller must verify them.
    pub fn find_sha512(&self, sha512: &str) -> Option<Blob> {
        let bytes = self.latest(&sha512_name(sha512), MAX_SHA512_RECORD)?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let (digest, size) = text.split_once(' ')?;
        Some(Blob {
            digest: Digest::from_hex(digest).ok()?,
            size: size.parse().ok()?,
        })
    }

    /// Stores a file, and its SHA-256 under its SHA-512.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn put_by_sha512(&self, sha512: &str, blob: &Blob, bytes: &[u8]) -> Result<()> {
        self.put(blob, bytes)?;
        let text = format!("{} {}", blob.digest.hex(), blob.size);
        self.put_latest(&sha512_name(sha512), text.as_bytes())
    }

    /// Returns a file if it exists and matches its name.
    pub fn get(&self, blob: &Blob) -> Option<Vec<u8>> {
        let bytes = read(&self.path("sha256", &blob.digest)?, blob.size)?;
        (Blob::of(&bytes) == *blob).then_some(bytes)
    }

    /// Stores a file.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn put(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
        match self.path("sha256", &blob.digest) {
            Some(path) => write(&path, bytes),
            None => Ok(()),
        }
    }

    /// The path of a file, if it exists with this size. Its bytes are not read.
    pub fn file(&self, blob: &Blob) -> Option<PathBuf> {
        let path = self.path("sha256", &blob.digest)?;
        let facts = path.symlink_metadata().ok()?;
        (facts.is_file() && facts.len() == blob.size).then_some(path)
    }

    /// Returns the last response of a URL. It is not verified, so it is used only for signed files.
    pub(crate) fn latest(&self, url: &str, limit: u64) -> Option<Vec<u8>> {
        let path = self.path("latest", &Digest::of(url.as_bytes()))?;
        read(&path, limit)
    }

    /// Stores the response of a URL in place of the last one, unless it is larger than any signed file.
    pub(crate) fn put_latest(&self, url: &str, bytes: &[u8]) -> Result<()> {
        match self.path("latest", &Digest::of(url.as_bytes())) {
            Some(path) if bytes.len() <= MAX_LATEST => write(&path, bytes),
            _ => Ok(()),
        }
    }

    /// Stores the result of work, by a digest of everything that it depends on. A large result is not stored.
    ///
    /// # Errors
    ///
    /// Fails if the cache cannot be written.
    pub fn put_result(&self, key: &Digest, result: &[u8]) -> Result<()> {
        match self.path("results", key) {
            Some(path) if result.len() as u64 <= MAX_RESULT => {
                let mut bytes = Digest::of(result).hex().into_bytes();
                bytes.extend(result);
                write(&path, &bytes)
            }
            _ => Ok(()),
        }
    }

    /// Returns the result that was stored last. `None` if the file is damaged, or if another user could have written it.
    pub fn find_result(&self, key: &Digest) -> Option<Vec<u8>> {
        let path = self.path("results", key)?;
        if !self.is_own(&["results"]) {
            return None;
        }
        let mut digest = read_own(&path, MAX_RESULT + DIGITS as u64)?;
        if digest.len() < DIGITS {
            return None;
        }
        let result = digest.split_off(DIGITS);
        (Digest::of(&result).hex().as_bytes() == digest).then_some(result)
    }

    /// The path of a file in one of the [`DIRECTORIES`].
    pub(super) fn path(&self, directory: &str, digest: &Digest) -> Option<PathBuf> {
        Some(self.0.as_ref()?.join(directory).join(digest.hex()))
    }
}

/// The name under which `latest` stores the SHA-256 for a SHA-512.
fn sha512_name(sha512: &str) -> String {
    format!("sha512:{sha512}")
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::SystemTime;

    use jiff::Timestamp;

    use super::*;

    #[test]
    fn only_unchanged_content_is_returned() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().join("deep/er"));
        let blob = Blob::of(b"bytes");
        assert_eq!(cache.get(&blob), None);
        cache.put(&blob, b"bytes").unwrap();
        assert_eq!(cache.get(&blob).unwrap(), b"bytes");
        assert_eq!(fs::read(cache.file(&blob).unwrap()).unwrap(), b"bytes");
        let path = directory
            .path()
            .join("deep/er/sha256")
            .join(blob.digest.hex());
        for spoilt in ["bytez", "byte", "bytes and more", ""] {
            fs::write(&path, spoilt).unwrap();
            assert_eq!(cache.get(&blob), None);
        }
        assert_eq!(Cache::none().get(&blob), None);
        Cache::none().put(&blob, b"bytes").unwrap();
    }

    #[test]
    fn links_in_a_cache_are_not_followed() {
        use std::os::unix::fs::symlink;
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().join("cache"));
        let victim = directory.path().join("victim");
        let blob = Blob::of(b"mine");
        fs::write(&victim, "mine").unwrap();
        cache.put(&Blob::of(b"x"), b"x").unwrap();
        let writer = cache.derived_writer(&Blob::of(b"x")).unwrap().unwrap();
        writer.commit().unwrap();
        drop(cache.partial(&Blob::of(b"x")).unwrap());
        let old = SystemTime::from(Timestamp::UNIX_EPOCH);
        for hard in [false, true] {
            for name in ["sha256", "partial"] {
                let link = directory
                    .path()
                    .join("cache")
                    .join(name)
                    .join(blob.digest.hex());
                let _ = fs::remove_file(&link);
                if hard {
                    fs::hard_link(&victim, &link).unwrap();
                } else {
                    symlink(&victim, &link).unwrap();
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
    fn the_sha256_for_a_sha512() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().join("cache"));
        let blob = Blob::of(b"bytes");
        assert_eq!(cache.find_sha512("ab"), None);
        cache.put_by_sha512("ab", &blob, b"bytes").unwrap();
        assert_eq!(cache.find_sha512("ab"), Some(blob));
        assert_eq!(cache.get(&blob).unwrap(), b"bytes");
        cache.put_latest("sha512:ab", b"nonsense").unwrap();
        assert_eq!(cache.find_sha512("ab"), None);
        Cache::none().put_by_sha512("ab", &blob, b"bytes").unwrap();
    }

    #[test]
    fn the_last_result_of_a_key() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let key = Digest::of(b"key");
        assert_eq!(cache.find_result(&key), None);
        cache.put_result(&key, b"old").unwrap();
        cache.put_result(&key, b"new").unwrap();
        assert_eq!(cache.find_result(&key).unwrap(), b"new");
        assert_eq!(cache.find_result(&Digest::of(b"other")), None);
        let large = vec![0; MAX_RESULT as usize + 1];
        cache.put_result(&key, &large).unwrap();
        assert_eq!(cache.find_result(&key).unwrap(), b"new");
        let path = cache.path("results", &key).unwrap();
        let whole = fs::read(&path).unwrap();
        for at in [0, DIGITS, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            for bytes in [&damaged[..], &whole[..at], &large] {
                fs::write(&path, bytes).unwrap();
                assert_eq!(cache.find_result(&key), None, "{at}");
            }
        }
    }

    #[test]
    fn the_last_response_of_a_url() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::at(directory.path().to_owned());
        let url = "http://a.example/InRelease";
        assert_eq!(cache.latest(url, 9), None);
        cache.put_latest(url, b"old").unwrap();
        cache.put_latest(url, b"new").unwrap();
        assert_eq!(cache.latest(url, 9).unwrap(), b"new");
        assert_eq!(cache.latest(url, 2), None);
        assert_eq!(cache.latest("http://b.example/InRelease", 9), None);
    }
}
