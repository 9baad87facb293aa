use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use blob::{AtomicFile, Outputs, Result, ResultExt};
use tarball::{Compression, Compressor, Entry, EntryPath, Kind, Writer};

use crate::accounts::Accounts;
use crate::metadata::{media_type, History, Metadata, PLAIN_SIZE, TABLE_DIGEST};
use crate::Created;

/// The three files of a layer.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The blob.
    pub layer: PathBuf,
    /// What a manifest and a config need of it, as JSON.
    pub metadata: PathBuf,
    /// Its content list, mtree(5).
    pub mtree: PathBuf,
}

/// What is said of a layer, and how it is compressed.
#[derive(Clone, Debug)]
pub struct Options {
    /// A name for people.
    pub name: String,
    /// When it was made. Later times within it become this one. Without it, the newest time within.
    pub created: Option<Created>,
    /// By what, for the history.
    pub created_by: String,
    /// The form of the blob.
    pub compression: Compression,
    /// What manifests say of the layer beside its digest.
    pub annotations: BTreeMap<String, String>,
}

/// A layer that is being written. Dropped, it leaves no trace.
pub struct LayerWriter {
    archive: Writer<Compressor<AtomicFile>>,
    accounts: Accounts,
    newest: u64,
    paths: Paths,
    options: Options,
}

impl LayerWriter {
    /// Begins a layer.
    pub fn create(paths: Paths, options: Options) -> Result<Self> {
        let blob = AtomicFile::create(&paths.layer)?;
        Ok(Self {
            archive: Writer::new(Compressor::new(blob, options.compression)),
            accounts: Accounts::default(),
            newest: 0,
            paths,
            options,
        })
    }

    /// Where the blob will be.
    pub(crate) fn path(&self) -> &Path {
        &self.paths.layer
    }

    /// Adds an entry; see [`Writer::append`]. A time after [`Options::created`] becomes that one.
    pub fn append(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        let mut entry = entry.clone();
        if let Some(created) = self.options.created {
            entry.mtime = entry.mtime.min(created.seconds());
        }
        self.newest = self.newest.max(entry.mtime);
        let archive = &mut self.archive;
        self.accounts
            .watch(&entry, content, |content| archive.append(&entry, content))
    }

    /// Adds a file of root's with these bytes.
    pub fn append_file(
        &mut self,
        path: EntryPath,
        mode: u32,
        mtime: u64,
        mut content: &[u8],
    ) -> Result<()> {
        let size = content.len() as u64;
        let kind = Kind::File { size };
        let (uid, gid) = (0, 0);
        let entry = Entry {
            path,
            kind,
            mode,
            uid,
            gid,
            mtime,
        };
        self.append(&entry, &mut content)
    }

    /// Completes the layer: three files appear.
    pub fn finish(self) -> Result<()> {
        let finished = self.archive.finish()?;
        let blob = finished.inner.finish();
        let compressed = blob.cannot("write", self.paths.layer.display())?;
        let created = self.options.created;
        let created = created.unwrap_or(Created::from_seconds(self.newest));
        let mut annotations = self.options.annotations;
        if let Some(table) = compressed.table {
            annotations.insert(TABLE_DIGEST.into(), table.to_string());
            annotations.insert(PLAIN_SIZE.into(), compressed.plain.size.to_string());
        }
        let metadata = Metadata {
            annotations: &annotations,
            diff_id: compressed.plain.digest.to_string(),
            digest: compressed.blob.digest.to_string(),
            groups: self.accounts.groups.as_ref(),
            history: History {
                created: created.to_string(),
                created_by: &self.options.created_by,
            },
            media_type: media_type(self.options.compression),
            name: &self.options.name,
            size: compressed.blob.size,
            users: self.accounts.users.as_ref(),
        };
        let mut outputs = Outputs::new();
        outputs.push(compressed.inner);
        outputs.add(&self.paths.metadata, &metadata.to_json()?)?;
        outputs.add(&self.paths.mtree, finished.mtree.as_bytes())?;
        outputs.commit()
    }
}
