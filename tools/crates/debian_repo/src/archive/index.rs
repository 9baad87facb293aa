//! `Packages` indexes: found by hash or by name, in any compression, used only when they match the signed Release.

use std::io::Read;

use blob::{Blob, Error, Result, ResultExt};

use super::checksum::Listed;
use super::compression::{unpacked, SUFFIXES, UNREADABLE};
use crate::{Answer, Fetch, Origin, Release, Wanted};

/// The largest index: its text is held in memory, and Debian's and Ubuntu's largest have 60 to 70 MB. A larger claim is a
/// mistake or an attack.
pub(super) const MAX_INDEX: u64 = 128 << 20;

/// The largest file with a packed index, which is held beside the text: four times the largest of Debian, and packed
/// worse than any real one if its text is as large as it may be.
pub(super) const MAX_PACKED: u64 = 48 << 20;

/// Where the indexes of a suite lie.
pub(crate) struct Suite<'a> {
    pub(crate) origin: &'a Origin,
    /// The name, for messages.
    pub(crate) name: &'a str,
    /// The folder of the Release below the archive's root, with a `/` at its end: `dists/bookworm/`.
    pub(crate) root: String,
    pub(crate) release: &'a Release,
}

/// A `Packages` index that matches its signed Release.
pub(crate) struct Index {
    /// The path that the Release lists, for example `main/binary-amd64/Packages.xz`.
    pub(crate) path: String,
    /// The file there.
    pub(crate) blob: Blob,
    /// The text.
    pub(crate) text: String,
}

/// How many other paths are asked for the same file: Debian has fewer architectures.
const MAX_OTHERS: usize = 32;

/// An index, or why there is none to use.
pub(crate) enum Found {
    Verified(Index),
    /// The signed Release does not list it, which is as good as an empty one where others are listed.
    Unlisted {
        reason: String,
    },
    Unverified {
        /// The same words for the same archive, whatever the mirror.
        reason: String,
        /// What the addresses answered.
        details: Vec<String>,
    },
}

/// A form of an index that the Release lists.
struct Form {
    path: String,
    listed: Listed,
    suffix: &'static str,
}

impl Form {
    /// Whether it is the text itself.
    fn is_plain(&self) -> bool {
        self.suffix.is_empty()
    }
}

impl Suite<'_> {
    /// Gets the index in a directory: `main/binary-amd64/`, or nothing for that of a flat repository.
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
        // The text itself is listed too: where it is still there from another run, nothing is asked or unpacked.
        let plain = forms.last().filter(|last| last.is_plain());
        if plain.is_some_and(|plain| plain.listed.verify(b"").is_some()) {
            // An archive need not serve what is empty.
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

    /// Why there is no form of an index that is read.
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

    /// Whether the Release lists an index in this directory, in a form that is read or not.
    pub(crate) fn lists(&self, folder: &str) -> bool {
        let start = format!("{folder}Packages");
        let paths = self.release.files.range(start.clone()..);
        let mut suffixes = paths.map_while(|(path, _)| path.strip_prefix(&start));
        suffixes.any(|suffix| {
            suffix.is_empty() || UNREADABLE.contains(&suffix) || SUFFIXES.contains(&suffix)
        })
    }

    /// The forms of an index that the Release lists, the smallest first, the text itself last.
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

    /// Where the Release lists the text, all its forms are one: the lock has the first of them, whichever was served, or
    /// the text where only that has a SHA-256. `blob` is what the text is, or without it, what the one form is.
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
        // Bytes that are not UTF-8 take more room as text.
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
        // Small suites have the same index for several architectures, and a mirror may be late with some of them.
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

/// A file of an archive.
pub(crate) enum Fetched {
    /// Its bytes, and what they are.
    Bytes(Vec<u8>, Blob),
    /// Every address answered, and none has it as it is listed.
    Nothing(Vec<String>),
}

/// Gets a file by its size and checksum. Where only its SHA-512 is known, its SHA-256 may be known from an earlier run,
/// and then the file may still be there.
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

/// Unpacks a verified index, and checks the result against the Release as well where that lists it.
fn unpack(bytes: Vec<u8>, suffix: &str, plain: Option<&Listed>) -> Result<Vec<u8>> {
    if suffix.is_empty() {
        return Ok(bytes);
    }
    let name = format!("Packages{suffix}");
    let limit = plain.map_or(MAX_INDEX, |plain| plain.size.min(MAX_INDEX));
    // Grown from the start where the size is known, so that no text is there twice while it grows.
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
