//! `Packages` indexes: fetched by hash or by path, in any compression, and used only if they match the signed Release.

use std::io::Read;

use blob::{Blob, Error, Result, ResultExt};

use super::checksum::Listed;
use super::compression::{unpacked, SUFFIXES, UNREADABLE};
use crate::{Answer, Fetch, Origin, Release, Wanted};

/// The largest index in bytes. Its text is held in memory; Debian's and Ubuntu's largest have 60 to 70 MB. A larger
/// size in a Release is a mistake or an attack.
pub(super) const MAX_INDEX: u64 = 128 << 20;

/// The largest compressed index in bytes, which is held in memory together with the text. It is four times the size of
/// Debian's largest. An index with a text of `MAX_INDEX` bytes exceeds it only if it compresses worse than any real
/// one.
pub(super) const MAX_PACKED: u64 = 48 << 20;

/// The location of a suite's indexes.
pub(crate) struct Suite<'a> {
    pub(crate) origin: &'a Origin,
    /// The name in messages.
    pub(crate) name: &'a str,
    /// The directory of the Release below the repository's root, with a `/` at its end: `dists/bookworm/`.
    pub(crate) root: String,
    pub(crate) release: &'a Release,
}

/// A `Packages` index that matches its signed Release.
pub(crate) struct Index {
    /// The path that the Release lists, for example `main/binary-amd64/Packages.xz`.
    pub(crate) path: String,
    /// Digest and size of the file at this path.
    pub(crate) blob: Blob,
    /// The content.
    pub(crate) text: String,
}

/// How many other paths are tried for the same file. Debian has fewer architectures.
const MAX_OTHERS: usize = 32;

/// The index, or the reason why there is none.
pub(crate) enum Found {
    Verified(Index),
    /// The signed Release does not list the index. It counts as empty if the Release lists others.
    Unlisted {
        reason: String,
    },
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
    listed: Listed,
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
    pub(crate) fn index(&self, fetch: &dyn Fetch, folder: &str) -> Result<Found> {
        let forms = self.forms(folder);
        let Some(first) = forms.first() else {
            let reason = self.unlisted(folder);
            return Ok(match self.lists(folder) {
                false => Found::Unlisted { reason },
                true => Found::Unverified {
                    reason,
                    details: Vec::new(),
                },
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
        if let (Some(blob), Some(bytes)) = (blob, blob.and_then(|blob| fetch.kept(&blob))) {
            return self.verified(first, plain, blob, bytes);
        }
        let mut details = Vec::new();
        for form in &forms {
            match self.fetch(fetch, &form.path, &form.listed)? {
                Fetched::Nothing(answers) => details.extend(answers),
                Fetched::Bytes(bytes, found) => {
                    let text = unpack(bytes, form.suffix, plain.map(|plain| &plain.listed));
                    let text = text.map_err(|e| e.within("use index", self.place(&form.path)))?;
                    if let Some(blob) = blob.filter(|_| !form.is_plain()) {
                        fetch.keep(&blob, &text);
                    }
                    return match plain {
                        Some(_) => self.verified(first, plain, Blob::of(&text), text),
                        None => self.verified(form, None, found, text),
                    };
                }
            }
        }
        let reason =
            format!("no index {folder}Packages that the archive serves matches its signed Release");
        Ok(Found::Unverified { reason, details })
    }

    /// The reason why an index has no supported format.
    fn unlisted(&self, folder: &str) -> String {
        let unreadable = |suffix: &&&str| {
            let path = format!("{folder}Packages{suffix}");
            self.release.files.contains_key(&path)
        };
        match UNREADABLE.iter().find(unreadable) {
            None => format!("the signed Release lists no index {folder}Packages"),
            Some(suffix) => format!(
                "the signed Release lists the index {folder}Packages only as {suffix}, which is not read; read are {}",
                SUFFIXES.join(" ").trim_end()
            ),
        }
    }

    /// Whether the Release lists an index in this directory, in a supported format or not.
    pub(crate) fn lists(&self, folder: &str) -> bool {
        let start = format!("{folder}Packages");
        let paths = self.release.files.range(start.clone()..);
        let mut suffixes = paths.map_while(|(path, _)| path.strip_prefix(&start));
        suffixes.any(|suffix| {
            suffix.is_empty() || UNREADABLE.contains(&suffix) || SUFFIXES.contains(&suffix)
        })
    }

    /// The formats of an index that the Release lists: the smallest first, the uncompressed text last.
    fn forms(&self, folder: &str) -> Vec<Form> {
        let forms = SUFFIXES.iter().filter_map(|suffix| {
            let path = format!("{folder}Packages{suffix}");
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
    ) -> Result<Found> {
        let fail = |cause: String| {
            let error = Error::cannot("read", "Packages", cause);
            Err(error.within("use index", self.place(&form.path)))
        };
        // The replacement character for an invalid UTF-8 byte is longer than the byte.
        let more: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
        if (bytes.len() + more) as u64 > MAX_INDEX {
            return fail(format!("its text takes more than {MAX_INDEX} bytes"));
        }
        let (path, blob) = match (plain, form.listed.blob()) {
            (Some(_), Some(blob)) => (&form.path, blob),
            (Some(plain), None) => (&plain.path, blob),
            (None, _) => (&form.path, blob),
        };
        Ok(Found::Verified(Index {
            path: path.clone(),
            blob,
            text: deb::control_text(bytes),
        }))
    }

    /// Gets a file that the Release lists.
    pub(super) fn fetch(&self, fetch: &dyn Fetch, path: &str, listed: &Listed) -> Result<Fetched> {
        let most = match path.ends_with("Packages") {
            true => MAX_INDEX,
            false => MAX_PACKED,
        };
        if listed.size > most {
            let size = listed.size;
            let cause = format!("the Release claims {size} bytes, more than {most}");
            return Err(Error::cannot("use index", self.place(path), cause));
        }
        let root = &self.root;
        let mut paths = vec![format!("{root}{path}")];
        if self.release.by_hash {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let slash = if folder.is_empty() { "" } else { "/" };
            let (kind, digest) = listed.checksum.by_hash();
            let by_hash = format!("{root}{folder}{slash}by-hash/{kind}/{digest}");
            paths.insert(0, by_hash);
        }
        // Small suites have the same index for several architectures, and a mirror may not have all of them yet.
        let others = self.release.files.iter();
        let equal = others.filter(|(other, same)| *same == listed && *other != path);
        let equal = equal.take(MAX_OTHERS);
        paths.extend(equal.map(|(other, _)| format!("{root}{other}")));
        fetch_listed(fetch, self.origin, &paths, listed, path)
    }

    pub(super) fn place(&self, path: &str) -> String {
        format!("{} {path}", self.name)
    }
}

/// The result of a request for a file of a repository.
pub(crate) enum Fetched {
    /// The content, with its digest and size.
    Bytes(Vec<u8>, Blob),
    /// Every URL answered, and none has the listed file.
    Nothing(Vec<String>),
}

/// Gets a file by its size and checksum. If the repository lists only its SHA-512, an earlier run may have stored the
/// SHA-256, and then the cache may still have the file.
pub(crate) fn fetch_listed(
    fetch: &dyn Fetch,
    origin: &Origin,
    paths: &[String],
    listed: &Listed,
    what: &str,
) -> Result<Fetched> {
    let (_, digest) = listed.checksum.by_hash();
    let known = listed.blob();
    let expected = known.or_else(|| fetch.learned(&digest));
    let answer = fetch.fetch(&Wanted {
        origin,
        paths,
        expected: expected.filter(|blob| blob.size == listed.size),
        limit: listed.size,
    })?;
    let bytes = match answer {
        Answer::Bytes(bytes) => bytes,
        Answer::Nothing(answers) => return Ok(Fetched::Nothing(answers)),
    };
    match listed.verify(&bytes) {
        Some(blob) => {
            if known.is_none() {
                fetch.learn(&digest, &blob, &bytes);
            }
            Ok(Fetched::Bytes(bytes, blob))
        }
        None => {
            let size = bytes.len();
            let why = match size as u64 == listed.size {
                true => "other bytes than the archive lists".to_owned(),
                false => format!("{size} bytes where {} are expected", listed.size),
            };
            Ok(Fetched::Nothing(vec![format!("{what}: {why}")]))
        }
    }
}

/// Decompresses a verified index, and checks the text against the Release too if the Release lists it.
fn unpack(bytes: Vec<u8>, suffix: &str, plain: Option<&Listed>) -> Result<Vec<u8>> {
    if suffix.is_empty() {
        return Ok(bytes);
    }
    let name = format!("Packages{suffix}");
    let limit = plain.map_or(MAX_INDEX, |plain| plain.size.min(MAX_INDEX));
    // The capacity is reserved at once if the size is known, so that a growing buffer does not hold the text twice.
    let mut text = Vec::with_capacity(plain.map_or(0, |_| limit as usize + 1));
    let read =
        unpacked(&bytes, suffix).and_then(|reader| reader.take(limit + 1).read_to_end(&mut text));
    read.cannot("unpack", &name)?;
    if text.len() as u64 > limit {
        let cause = format!("it holds more than {limit} bytes");
        return Err(Error::cannot("unpack", name, cause));
    }
    if plain.is_some_and(|plain| plain.verify(&text).is_none()) {
        let cause = "its content is not what the signed Release lists for `Packages`";
        return Err(Error::cannot("unpack", name, cause));
    }
    Ok(text)
}
