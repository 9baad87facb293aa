use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use blob::{AtomicFile, Error, Outputs, Result, ResultExt};
use layer_details::PackageDetails;
use tarball::{Compression, Compressor, Entry, EntryPath, Kind, Writer};

use crate::accounts::Accounts;
use crate::details::{Collector, PackageFacts};
use crate::metadata::{History, Metadata, PLAIN_SIZE, TABLE_DIGEST};
use crate::Created;

/// The highest user or group ID that all runtimes and file systems support: the maximum of a signed 32-bit number.
const MAX_OWNER: u64 = i32::MAX as u64;

/// The prefix of names that delete files of lower layers (OCI image specification, `layer.md`, "Whiteouts").
const WHITEOUT: &[u8] = b".wh.";

/// The files of a layer.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The blob.
    pub layer: PathBuf,
    /// The data for a manifest and a config, as JSON.
    pub metadata: PathBuf,
    /// The content list, mtree(5).
    pub mtree: PathBuf,
    /// The details for evidence, as JSON ([`layer_details::LayerDetails`]); `None` if they are not needed.
    pub details: Option<PathBuf>,
    /// What the cache of the loader needs of the package of the layer, as JSON ([`crate::ld_so_cache`]); `None` if it is
    /// not needed. Only the layer of a whole package can have it.
    pub libraries: Option<PathBuf>,
}

/// The metadata of a layer, and its compression.
#[derive(Clone, Debug)]
pub struct Options {
    /// A name for readers.
    pub name: String,
    /// The creation time. Later times of entries are changed to it. If `None`, the newest time of an entry.
    pub created: Option<Created>,
    /// The text `created_by` of the image's history.
    pub created_by: String,
    /// The compression of the blob.
    pub compression: Compression,
    /// Annotations for manifests.
    pub annotations: BTreeMap<String, String>,
}

/// A layer that is being written. If it is dropped before it is finished, no file remains.
pub struct LayerWriter {
    archive: Writer<Compressor<AtomicFile>>,
    accounts: Accounts,
    /// `None` if neither the details nor the libraries are needed.
    collector: Option<Collector>,
    newest: u64,
    paths: Paths,
    options: Options,
}

impl LayerWriter {
    /// Creates a layer.
    ///
    /// # Errors
    ///
    /// The blob's temporary file cannot be created.
    pub fn create(paths: Paths, options: Options) -> Result<Self> {
        let blob = AtomicFile::create(&paths.layer)?;
        Ok(Self {
            archive: Writer::new(Compressor::new(blob, options.compression)),
            accounts: Accounts::default(),
            collector: match (&paths.details, &paths.libraries) {
                (_, Some(_)) => Some(Collector::default().with_files()),
                (Some(_), None) => Some(Collector::default()),
                (None, None) => None,
            },
            newest: 0,
            paths,
            options,
        })
    }

    /// The path of the finished blob.
    pub(crate) fn path(&self) -> &Path {
        &self.paths.layer
    }

    /// Starts the layer again, without entries.
    pub(crate) fn restart(&mut self) -> Result<()> {
        *self = Self::create(self.paths.clone(), self.options.clone())?;
        Ok(())
    }

    /// The word for what was added at a path; see [`Writer::noun`].
    pub(crate) fn noun(&self, path: &EntryPath) -> Option<&'static str> {
        self.archive.noun(path)
    }

    /// Whether a hard link has the mode, owner and time of its file; see [`Writer::agrees`].
    pub(crate) fn agrees(&self, entry: &Entry) -> bool {
        self.archive.agrees(&self.not_after(entry))
    }

    /// An entry with the time that it has in the layer.
    fn not_after(&self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        if let Some(created) = self.options.created {
            entry.mtime = entry.mtime.min(created.seconds());
        }
        entry
    }

    /// Adds an entry; see [`Writer::append`]. A time after [`Options::created`] is changed to it.
    ///
    /// # Errors
    ///
    /// As [`Writer::append`]. Whiteouts are refused, because they would delete files of lower layers instead of adding
    /// a file. User IDs that some runtimes do not support are refused.
    pub fn append(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        check(entry)?;
        let entry = self.not_after(entry);
        self.newest = self.newest.max(entry.mtime);
        let Self {
            accounts,
            archive,
            collector,
            ..
        } = self;
        let append = |content: &mut dyn Read| archive.append(&entry, content);
        let append = |content: &mut dyn Read| accounts.watch(&entry, content, append);
        match collector {
            Some(collector) => collector.watch(&entry, content, append),
            None => append(content),
        }
    }

    /// Adds the details of a package that the layer was made from.
    pub(crate) fn add_package(&mut self, facts: PackageFacts) {
        if let Some(collector) = &mut self.collector {
            collector.add_package(facts.into_details());
        }
    }

    /// Adds the details of packages that were read before, from the details of another layer.
    pub fn add_packages(&mut self, packages: Vec<PackageDetails>) {
        if let Some(collector) = &mut self.collector {
            let packages = packages.into_iter();
            packages.for_each(|package| collector.add_package(package));
        }
    }

    /// Adds a file of root with this content.
    ///
    /// # Errors
    ///
    /// As [`LayerWriter::append`].
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

    /// Completes the layer and creates its files.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
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
            media_type: self.options.compression.media_type(),
            name: &self.options.name,
            size: compressed.blob.size,
            users: self.accounts.users.as_ref(),
        };
        let mut outputs = Outputs::new();
        compressed.inner.note_digest(compressed.blob.digest);
        outputs.push(compressed.inner);
        outputs.add(&self.paths.metadata, &metadata.to_json()?)?;
        outputs.add(&self.paths.mtree, finished.mtree.as_bytes())?;
        if let Some(collector) = self.collector {
            if let Some(path) = &self.paths.libraries {
                outputs.add(path, &collector.libraries()?)?;
            }
            if let Some(path) = &self.paths.details {
                outputs.add(path, &collector.finish()?)?;
            }
        }
        outputs.commit()
    }
}

/// Refuses entries that have another meaning in an image.
fn check(entry: &Entry) -> Result<()> {
    let fail = |cause: String| Error::cannot("add entry", &entry.path, cause);
    if is_whiteout(&entry.path) {
        let cause = "its name is that of a whiteout, which deletes files of lower layers";
        let hint = "rename or leave out the file: in an image, no name may begin with `.wh.`";
        return Err(fail(cause.to_owned()).hint(hint));
    }
    let (uid, gid) = (entry.uid, entry.gid);
    if uid.max(gid) > MAX_OWNER {
        let cause = format!(
            "it is owned by {uid}:{gid}; the highest ID that every runtime accepts is {MAX_OWNER}"
        );
        return Err(fail(cause));
    }
    Ok(())
}

/// Whether a part of the path has the name of a whiteout.
pub(crate) fn is_whiteout(path: &EntryPath) -> bool {
    path.components().any(|part| part.starts_with(WHITEOUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiteouts_by_any_part() {
        for (path, is) in [
            ("etc/.wh.passwd", true),
            ("etc/.wh..wh..opq", true),
            (".wh.a/b", true),
            (".wh.", true),
            ("etc/a.wh.b", false),
            ("etc/.wha", false),
        ] {
            let path = EntryPath::parse(path.as_bytes()).unwrap();
            assert_eq!(is_whiteout(&path), is, "{path}");
        }
    }
}
