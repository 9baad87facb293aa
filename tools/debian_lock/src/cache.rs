//! Downloads kept by their SHA-256. What comes out is checked again, so nothing in it is trusted.

use std::env;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use blob::{AtomicFile, Blob, Result, ResultExt};

/// A folder of files named by their digests, or none.
#[derive(Debug)]
pub(crate) struct Cache(Option<PathBuf>);

impl Cache {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(Some(folder.join("sha256")))
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

    /// The file, where it is there and still what its name says.
    pub(crate) fn get(&self, blob: &Blob) -> Option<Vec<u8>> {
        let bytes = fs::read(self.0.as_ref()?.join(blob.digest.hex())).ok()?;
        (Blob::of(&bytes) == *blob).then_some(bytes)
    }

    /// Keeps a file.
    pub(crate) fn put(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
        let Some(folder) = &self.0 else {
            return Ok(());
        };
        fs::create_dir_all(folder).cannot("make folder", folder.display())?;
        let mut file = AtomicFile::create(&folder.join(blob.digest.hex()))?;
        file.write_all(bytes).cannot("write", folder.display())?;
        file.commit()
    }
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
        fs::write(&path, b"bytez").unwrap();
        assert_eq!(cache.get(&blob), None);
        assert_eq!(Cache(None).get(&blob), None);
        Cache(None).put(&blob, b"bytes").unwrap();
    }
}
