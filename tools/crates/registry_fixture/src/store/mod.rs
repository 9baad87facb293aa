//! The content of the registry.

mod content;
mod digest;
mod manifest;
mod name;
mod repository;
mod upload;

pub(crate) use content::Content;
pub(crate) use digest::Digest;
pub(crate) use manifest::Manifest;
pub(crate) use name::{is_repository, is_tag};
pub(crate) use repository::Repository;
pub(crate) use upload::Upload;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

/// Repositories, the blobs that they share, and open uploads.
pub(crate) struct Store {
    directory: Option<PathBuf>,
    repositories: BTreeMap<String, Repository>,
    blobs: BTreeMap<Digest, Content>,
    /// By ID. An upload is not here while a request writes to it.
    uploads: BTreeMap<String, Upload>,
    next_upload: u64,
}

impl Store {
    /// An empty store, with the bytes of blobs in this directory or in memory.
    pub(crate) fn new(directory: Option<PathBuf>) -> Self {
        if let Some(directory) = &directory {
            fs::create_dir_all(directory).unwrap();
        }
        Self {
            directory,
            repositories: BTreeMap::new(),
            blobs: BTreeMap::new(),
            uploads: BTreeMap::new(),
            next_upload: 1,
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.repositories.keys().map(String::as_str)
    }

    pub(crate) fn repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.get(name)
    }

    /// The repository with this name, which is made if it is missing.
    pub(crate) fn repository_mut(&mut self, name: &str) -> &mut Repository {
        self.repositories.entry(name.to_owned()).or_default()
    }

    pub(crate) fn known_repository_mut(&mut self, name: &str) -> Option<&mut Repository> {
        self.repositories.get_mut(name)
    }

    pub(crate) fn blob(&self, repository: &str, digest: &Digest) -> Option<Content> {
        self.repository(repository)?.blobs.get(digest)?;
        self.blobs.get(digest).cloned()
    }

    pub(crate) fn put_blob(
        &mut self,
        repository: &str,
        digest: &Digest,
        bytes: &[u8],
    ) -> io::Result<()> {
        let mut upload = self.new_upload(repository)?;
        upload.write(bytes)?;
        self.finish(upload, digest)
    }

    /// Makes a blob of another repository, or of any one, part of this repository. Returns whether there is such a blob.
    pub(crate) fn mount(&mut self, repository: &str, from: Option<&str>, digest: &Digest) -> bool {
        let has = |name: &String, r: &Repository| {
            from.is_none_or(|from| from == name) && r.blobs.contains(digest)
        };
        let found = self.repositories.iter().any(|(name, r)| has(name, r));
        if found {
            self.repository_mut(repository).blobs.insert(digest.clone());
        }
        found
    }

    /// Deletes a blob from a repository. Returns whether it was there.
    pub(crate) fn delete_blob(&mut self, repository: &str, digest: &Digest) -> bool {
        let repository = self.repositories.get_mut(repository);
        if !repository.is_some_and(|found| found.blobs.remove(digest)) {
            return false;
        }
        let mut others = self.repositories.values();
        if !others.any(|other| other.blobs.contains(digest)) {
            self.blobs.remove(digest);
        }
        true
    }

    pub(crate) fn tamper(&mut self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        if self.blobs.contains_key(digest) {
            let mut upload = self.new_upload("tampered")?;
            upload.write(bytes)?;
            let content = upload.into_content(digest)?;
            self.blobs.insert(digest.clone(), content);
        }
        for repository in self.repositories.values_mut() {
            if let Some(manifest) = repository.manifests.get_mut(digest) {
                manifest.bytes = bytes.to_vec().into();
            }
        }
        Ok(())
    }

    /// An upload that is not yet among the open ones.
    pub(crate) fn new_upload(&mut self, repository: &str) -> io::Result<Upload> {
        let id = format!("upload-{}", self.next_upload);
        self.next_upload += 1;
        Upload::new(id, repository, self.directory.as_deref())
    }

    pub(crate) fn open_uploads(&self) -> usize {
        self.uploads.len()
    }

    /// Takes an open upload, which [`Self::keep`] puts back.
    pub(crate) fn take(&mut self, repository: &str, id: &str) -> Option<Upload> {
        self.uploads
            .get(id)
            .filter(|u| u.repository == repository)?;
        self.uploads.remove(id)
    }

    pub(crate) fn keep(&mut self, upload: Upload) {
        self.uploads.insert(upload.id.clone(), upload);
    }

    /// Makes an upload the blob with this digest. The caller has compared the digest.
    pub(crate) fn finish(&mut self, upload: Upload, digest: &Digest) -> io::Result<()> {
        let repository = upload.repository.clone();
        let content = upload.into_content(digest)?;
        self.blobs.insert(digest.clone(), content);
        self.repository_mut(&repository)
            .blobs
            .insert(digest.clone());
        Ok(())
    }
}
