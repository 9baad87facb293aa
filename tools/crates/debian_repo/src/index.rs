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
    pub(crate) name: &'a str,
    pub(crate) release: &'a Release,
}

/// A `Packages` index that matches its signed Release.
pub(crate) struct Index {
    /// The path that the Release lists, for example `main/binary-amd64/Packages.xz`.
    pub(crate) path: String,
    /// The bytes as they were fetched.
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

impl Suite<'_> {
    /// Gets the index of a component for an architecture.
    pub(crate) fn index(
        &self,
        fetch: &dyn Fetch,
        component: &str,
        architecture: &str,
    ) -> Result<Found> {
        let folder = format!("{component}/binary-{architecture}");
        let listed = SUFFIXES.iter().filter_map(|suffix| {
            let path = format!("{folder}/Packages{suffix}");
            let blob = self.release.files.get(&path)?;
            Some((path, *blob, *suffix))
        });
        let mut details = Vec::new();
        let mut any = false;
        for (path, blob, suffix) in listed {
            any = true;
            match self.fetch(fetch, &path, blob)? {
                Answer::Nothing(answers) => details.extend(answers),
                Answer::Bytes(bytes) => {
                    let plain = self.release.files.get(&format!("{folder}/Packages"));
                    let text = unpack(bytes, suffix, plain)
                        .map_err(|error| error.within("use index", self.place(&path)))?;
                    return Ok(Found::Verified(Index { path, blob, text }));
                }
            }
        }
        let reason = match any {
            true => format!(
                "no index {folder}/Packages that the archive serves matches its signed Release"
            ),
            false => format!("the signed Release lists no index {folder}/Packages"),
        };
        Ok(Found::Unverified { reason, details })
    }

    fn fetch(&self, fetch: &dyn Fetch, path: &str, blob: Blob) -> Result<Answer> {
        if blob.size > MAX_INDEX {
            let cause = format!(
                "the Release claims {} bytes, more than {MAX_INDEX}",
                blob.size
            );
            return Err(Error::cannot("use index", self.place(path), cause));
        }
        let root = format!("dists/{}", self.name);
        let mut paths = vec![format!("{root}/{path}")];
        if self.release.by_hash {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let by_hash = format!("{root}/{folder}/by-hash/SHA256/{}", blob.digest.hex());
            paths.insert(0, by_hash);
        }
        // Small suites have the same index for several architectures, and a mirror may be late with some of them.
        let others = self.release.files.iter();
        let equal = others.filter(|(other, same)| **same == blob && *other != path);
        paths.extend(equal.map(|(other, _)| format!("{root}/{other}")));
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

    fn place(&self, path: &str) -> String {
        format!("{} {path}", self.name)
    }
}

/// Unpacks a verified index, and checks the result against the Release as well where that lists it.
fn unpack(bytes: Vec<u8>, suffix: &str, plain: Option<&Blob>) -> Result<String> {
    let limit = plain.map_or(MAX_INDEX, |plain| plain.size.min(MAX_INDEX));
    let mut text = Vec::new();
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
    String::from_utf8(text).cannot("read", "Packages")
}

/// Reads to the end, or one byte beyond the limit.
fn read_all(reader: impl Read, limit: u64, into: &mut Vec<u8>) -> std::io::Result<()> {
    reader.take(limit + 1).read_to_end(into)?;
    Ok(())
}
