//! `Packages` indexes: fetched by hash or by path, in any compression, and used only if they match the signed Release.

use blob::{Blob, Error, Result};

use crate::checksum::FileRecord;
use crate::compression::{SUFFIXES, UNREADABLE};
use crate::fetch::Fetch;
use crate::listed_file::ListedFile;
use crate::suite::{Suite, MAX_INDEX};
use crate::unpack::unpack;

/// A `Packages` index that matches its signed Release.
pub struct Index {
    /// The path that the Release lists, for example `main/binary-amd64/Packages.xz`.
    pub path: String,
    /// Digest and size of the file at this path.
    pub blob: Blob,
    /// The content.
    pub text: String,
}

/// The name of an index of which an earlier run may have stored the text.
pub struct StoredIndex {
    /// The path that a lock names.
    pub path: String,
    /// Digest and size of the file at this path.
    pub blob: Blob,
    /// Digest and size of the text.
    pub text: Blob,
}

/// The index, or the reason why there is none. `T` is what a caller knows of an index.
pub enum IndexStatus<T = Index> {
    /// The index matches.
    Verified(T),
    /// The signed Release does not list the index. It counts as empty if the Release lists others.
    Unlisted {
        /// The reason.
        reason: String,
    },
    /// No index that is served matches.
    Unverified {
        /// The reason does not depend on the mirror: the same repository gives the same text.
        reason: String,
        /// The answers of the URLs.
        details: Vec<String>,
    },
}

/// A compression format in which the Release lists an index.
struct Form {
    path: String,
    listed: FileRecord,
    suffix: &'static str,
}

impl Form {
    /// Whether it is the uncompressed text.
    fn is_plain(&self) -> bool {
        self.suffix.is_empty()
    }
}

impl Suite<'_> {
    /// Gets the index in a directory: `main/binary-amd64/`, or the empty string for a flat repository.
    ///
    /// # Errors
    ///
    /// Fails if a URL gives no answer, or if a verified index is malformed or too large.
    pub fn index(&self, fetch: &dyn Fetch, directory: &str) -> Result<IndexStatus> {
        let forms = self.forms(directory);
        let Some(first) = forms.first() else {
            let reason = self.unlisted(directory);
            return Ok(if self.lists(directory) {
                IndexStatus::Unverified {
                    reason,
                    details: Vec::new(),
                }
            } else {
                IndexStatus::Unlisted { reason }
            });
        };
        // If the Release also lists the uncompressed text and a previous run stored it, there is nothing to fetch or
        // unpack.
        let plain = forms.last().filter(|last| last.is_plain());
        if plain.is_some_and(|plain| plain.listed.verify(b"").is_some()) {
            // A repository need not serve an empty file.
            return self.verified(first, plain, Blob::of(b""), Vec::new());
        }
        let blob = plain.and_then(|plain| plain.listed.blob());
        if let (Some(blob), Some(bytes)) = (blob, blob.and_then(|blob| fetch.get_derived(&blob))) {
            return self.verified(first, plain, blob, bytes);
        }
        let mut details = Vec::new();
        for form in &forms {
            match self.fetch(fetch, &form.path, &form.listed)? {
                ListedFile::Missing(answers) => details.extend(answers),
                ListedFile::Bytes(bytes, found) => {
                    let writer = blob.filter(|_| !form.is_plain());
                    let writer = writer.and_then(|blob| fetch.derived_writer(&blob));
                    let listed = plain.map(|plain| &plain.listed);
                    let unpacked = unpack(bytes, found, form.suffix, listed, writer);
                    let (text, found) =
                        unpacked.map_err(|e| e.within("use index", self.object(&form.path)))?;
                    let named = if plain.is_some() { first } else { form };
                    return self.verified(named, plain, found, text);
                }
            }
        }
        // Locks contain this text: other words would change every lock.
        let reason = format!(
            "no index {directory}Packages that the archive serves matches its signed Release"
        );
        Ok(IndexStatus::Unverified { reason, details })
    }

    /// The name of the index in a directory, if the Release lists the SHA-256 of its text. Nothing is read.
    pub fn stored_index(&self, directory: &str) -> Option<StoredIndex> {
        let forms = self.forms(directory);
        let (first, plain) = (forms.first()?, forms.last().filter(|last| last.is_plain())?);
        let text = plain.listed.blob().filter(|text| text.size > 0)?;
        let (path, blob) = named(first, plain, text);
        Some(StoredIndex {
            path: path.to_owned(),
            blob,
            text,
        })
    }

    /// The reason why an index has no supported format.
    fn unlisted(&self, directory: &str) -> String {
        let unreadable = |suffix: &&&str| {
            let path = format!("{directory}Packages{suffix}");
            self.release.files.contains_key(&path)
        };
        match UNREADABLE.iter().find(unreadable) {
            None => format!("the signed Release lists no index {directory}Packages"),
            Some(suffix) => format!(
                "the signed Release lists the index {directory}Packages only as {suffix}, which is not supported; supported formats: {}",
                SUFFIXES.join(" ").trim_end()
            ),
        }
    }

    /// Whether the Release lists an index in this directory, in a supported format or not.
    pub fn lists(&self, directory: &str) -> bool {
        let start = format!("{directory}Packages");
        let paths = self.release.files.range(start.clone()..);
        let mut suffixes = paths.map_while(|(path, _)| path.strip_prefix(&start));
        suffixes.any(|suffix| {
            suffix.is_empty() || UNREADABLE.contains(&suffix) || SUFFIXES.contains(&suffix)
        })
    }

    /// The formats of an index that the Release lists: the smallest first, the uncompressed text last.
    fn forms(&self, directory: &str) -> Vec<Form> {
        let forms = SUFFIXES.iter().filter_map(|suffix| {
            let path = format!("{directory}Packages{suffix}");
            // A flat repository may list `./Packages`.
            let dotted = format!("./{path}");
            let mut paths = [path, dotted].into_iter();
            paths.find_map(|path| {
                Some(Form {
                    listed: *self.release.files.get(&path)?,
                    path,
                    suffix,
                })
            })
        });
        forms.collect()
    }

    /// Returns the index. If the Release lists the uncompressed text, all formats have the same content, and the lock
    /// names the first of them, no matter which one was served, or the text if only the text has a SHA-256. `blob`
    /// describes the text, or the only format if the Release does not list the text.
    fn verified(
        &self,
        form: &Form,
        plain: Option<&Form>,
        blob: Blob,
        bytes: Vec<u8>,
    ) -> Result<IndexStatus> {
        let fail = |cause: String| {
            let error = Error::cannot("read", "Packages", cause);
            Err(error.within("use index", self.object(&form.path)))
        };
        // The replacement character for an invalid UTF-8 byte is longer than the byte. Few texts have one, and the check for
        // any is much faster than their count.
        let more: usize = if std::str::from_utf8(&bytes).is_ok() {
            0
        } else {
            bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum()
        };
        if (bytes.len() + more) as u64 > MAX_INDEX {
            return fail(format!("its text has more than {MAX_INDEX} bytes"));
        }
        let (path, blob) =
            plain.map_or((form.path.as_str(), blob), |plain| named(form, plain, blob));
        Ok(IndexStatus::Verified(Index {
            path: path.to_owned(),
            blob,
            text: deb::control_text(bytes),
        }))
    }
}

/// The form that a lock names, of an index of which the Release lists the text: the first one, or the text if only the text
/// has a SHA-256.
fn named<'a>(first: &'a Form, plain: &'a Form, text: Blob) -> (&'a str, Blob) {
    match first.listed.blob() {
        Some(blob) => (&first.path, blob),
        None => (&plain.path, text),
    }
}
