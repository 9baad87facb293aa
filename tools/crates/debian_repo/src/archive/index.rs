//! `Packages` indexes: found by hash or by name, in any compression, used only when they match the signed Release.

use std::io::Read;

use blob::{Blob, Error, Result, ResultExt};

use crate::{Answer, Fetch, Origin, Release, Wanted};

/// More than ten times the largest index of Debian; a larger claim is a mistake or an attack.
const MAX_INDEX: u64 = 1 << 30;

/// The compressions, the smallest first.
const SUFFIXES: [&str; 3] = [".xz", ".gz", ""];

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

/// An index, or why there is none to use.
pub(crate) enum Found {
    Verified(Index),
    Unverified {
        /// The same words for the same archive, whatever the mirror.
        reason: String,
        /// What the addresses answered.
        details: Vec<String>,
    },
}

/// A file that the Release lists.
struct Listed {
    path: String,
    blob: Blob,
    suffix: &'static str,
}

impl Suite<'_> {
    /// Gets the index in a folder: `main/binary-amd64/`, or nothing for that of a flat repository.
    pub(crate) fn index(&self, fetch: &dyn Fetch, folder: &str) -> Result<Found> {
        let listed = self.listed(folder);
        let Some(first) = listed.first() else {
            return Ok(Found::Unverified {
                reason: format!("the signed Release lists no index {folder}Packages"),
                details: Vec::new(),
            });
        };
        // The text itself is listed too: where it is still there from another run, nothing is asked or unpacked.
        let plain = listed.last().filter(|last| last.suffix.is_empty());
        if let Some(bytes) = plain.and_then(|plain| fetch.kept(&plain.blob)) {
            return self.verified(first, bytes).map(Found::Verified);
        }
        let mut details = Vec::new();
        for one in &listed {
            match self.fetch(fetch, &one.path, one.blob)? {
                Answer::Nothing(answers) => details.extend(answers),
                Answer::Bytes(bytes) => {
                    let text = unpack(bytes, one.suffix, plain.map(|plain| &plain.blob))
                        .map_err(|error| error.within("use index", self.place(&one.path)))?;
                    if let Some(plain) = plain.filter(|_| !one.suffix.is_empty()) {
                        fetch.keep(&plain.blob, &text);
                    }
                    // Where the Release lists the text, all its forms are one: the lock does not tell which was served.
                    let same = if plain.is_some() { first } else { one };
                    return self.verified(same, text).map(Found::Verified);
                }
            }
        }
        let reason =
            format!("no index {folder}Packages that the archive serves matches its signed Release");
        Ok(Found::Unverified { reason, details })
    }

    /// The forms of an index that the Release lists, the smallest first, the text itself last.
    fn listed(&self, folder: &str) -> Vec<Listed> {
        let listed = SUFFIXES.iter().filter_map(|suffix| {
            let path = format!("{folder}Packages{suffix}");
            // A flat repository may list `./Packages`.
            let blob = self.release.files.get(&path);
            let (path, blob) = match blob {
                Some(blob) => (path, blob),
                None => {
                    let dotted = format!("./{path}");
                    let blob = self.release.files.get(&dotted)?;
                    (dotted, blob)
                }
            };
            Some(Listed {
                path,
                blob: *blob,
                suffix,
            })
        });
        listed.collect()
    }

    fn verified(&self, listed: &Listed, bytes: Vec<u8>) -> Result<Index> {
        let text = String::from_utf8(bytes).cannot("read", "Packages");
        let text = text.map_err(|error| error.within("use index", self.place(&listed.path)))?;
        Ok(Index {
            path: listed.path.clone(),
            blob: listed.blob,
            text,
        })
    }

    pub(super) fn fetch(&self, fetch: &dyn Fetch, path: &str, blob: Blob) -> Result<Answer> {
        if blob.size > MAX_INDEX {
            let cause = format!(
                "the Release claims {} bytes, more than {MAX_INDEX}",
                blob.size
            );
            return Err(Error::cannot("use index", self.place(path), cause));
        }
        let root = &self.root;
        let mut paths = vec![format!("{root}{path}")];
        if self.release.by_hash {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let slash = if folder.is_empty() { "" } else { "/" };
            let by_hash = format!("{root}{folder}{slash}by-hash/SHA256/{}", blob.digest.hex());
            paths.insert(0, by_hash);
        }
        // Small suites have the same index for several architectures, and a mirror may be late with some of them.
        let others = self.release.files.iter();
        let equal = others.filter(|(other, same)| **same == blob && *other != path);
        paths.extend(equal.map(|(other, _)| format!("{root}{other}")));
        let answer = fetch.fetch(&Wanted {
            origin: self.origin,
            paths: &paths,
            expected: Some(blob),
            limit: blob.size,
        })?;
        match answer {
            Answer::Bytes(bytes) if Blob::of(&bytes) != blob => Ok(Answer::Nothing(vec![format!(
                "{path}: other bytes than the signed Release lists"
            )])),
            answer => Ok(answer),
        }
    }

    pub(super) fn place(&self, path: &str) -> String {
        format!("{} {path}", self.name)
    }
}

/// Unpacks a verified index, and checks the result against the Release as well where that lists it.
fn unpack(bytes: Vec<u8>, suffix: &str, plain: Option<&Blob>) -> Result<Vec<u8>> {
    let limit = plain.map_or(MAX_INDEX, |plain| plain.size.min(MAX_INDEX));
    let mut text = Vec::with_capacity(plain.map_or(0, |_| limit as usize + 1));
    let read = match suffix {
        ".xz" => read_all(liblzma::read::XzDecoder::new(&bytes[..]), limit, &mut text),
        ".gz" => read_all(
            flate2::read::MultiGzDecoder::new(&bytes[..]),
            limit,
            &mut text,
        ),
        _ => {
            text = bytes;
            Ok(())
        }
    };
    read.cannot("unpack", format!("Packages{suffix}"))?;
    if text.len() as u64 > limit {
        let cause = format!("it holds more than {limit} bytes");
        return Err(Error::cannot("unpack", format!("Packages{suffix}"), cause));
    }
    if plain.is_some_and(|plain| Blob::of(&text) != *plain) {
        let cause = "its content is not what the signed Release lists for `Packages`";
        return Err(Error::cannot("unpack", format!("Packages{suffix}"), cause));
    }
    Ok(text)
}

/// Reads to the end, or one byte beyond the limit.
fn read_all(reader: impl Read, limit: u64, into: &mut Vec<u8>) -> std::io::Result<()> {
    reader.take(limit + 1).read_to_end(into)?;
    Ok(())
}
