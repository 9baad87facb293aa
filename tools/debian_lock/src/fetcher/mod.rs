//! Downloads: several URLs over HTTP or in local directories, retries, and a cache by digest.

mod body;
mod download;
mod gate;
mod local;
mod login;
mod options;
mod outcome;
mod target;
mod wire;

#[cfg(test)]
mod tests;

use apt_archive::{Answer, Fetch, Origin, Wanted};
use blob::{Blob, Error, Result};

pub(crate) use options::Network;

use crate::addresses::{redact, variable, Addresses};
use crate::cache::Cache;
use crate::netrc::Netrc;
use crate::progress::Progress;
use body::Body;
use download::Download;
use gate::Gate;
use outcome::Outcome;
use wire::Wire;

/// The longest reason that is stored.
const MAX_WHY: u64 = 1 << 12;

/// Gets files. Several threads may call it at the same time; a host gets at most four requests at once.
#[derive(Debug)]
pub(crate) struct HttpFetcher<'a> {
    /// `None` if the network must not be used.
    wire: Option<Wire>,
    addresses: Addresses,
    cache: Cache,
    progress: &'a Progress,
    tries: u32,
    /// Allows one download of a file at a time. Threads that waited then find the file in the cache.
    files: Gate,
}

impl<'a> HttpFetcher<'a> {
    /// Creates a fetcher. If it may use the network, it also reads the user's netrc file.
    pub(crate) fn new(
        addresses: Addresses,
        cache: Cache,
        progress: &'a Progress,
        network: &Network,
    ) -> Result<Self> {
        let netrc = match network.offline {
            true => Netrc::default(),
            false => Netrc::of_this_user()?,
        };
        Ok(Self::with(netrc, addresses, cache, progress, network))
    }

    fn with(
        netrc: Netrc,
        addresses: Addresses,
        cache: Cache,
        progress: &'a Progress,
        network: &Network,
    ) -> Self {
        Self {
            wire: (!network.offline).then(|| Wire::new(network, netrc)),
            addresses,
            cache,
            progress,
            tries: network.tries,
            files: Gate::new(1),
        }
    }

    fn cached(&self, wanted: &Wanted<'_>) -> Option<Answer> {
        let bytes = self.cache.get(&wanted.expected?)?;
        self.progress.cached(bytes.len() as u64);
        Some(Answer::Bytes(bytes))
    }

    /// Requests one URL after another.
    fn search(&self, wanted: &Wanted<'_>) -> Result<Answer> {
        let mut download = None;
        let (mut answers, mut troubles) = (Vec::new(), Vec::new());
        for root in self.addresses.of(wanted.origin)? {
            for path in wanted.paths {
                let shown = redact(&format!("{root}/{path}"));
                match self.ask(&root, path, wanted, &mut download) {
                    Outcome::Bytes(bytes) => return Ok(Answer::Bytes(bytes)),
                    Outcome::Nothing(why) => answers.push(format!("{shown}: {why}")),
                    Outcome::Passing(why, _) => {
                        troubles.push((format!("{shown}: {why}"), None));
                        break;
                    }
                    Outcome::Lasting(why, hint) => {
                        troubles.push((format!("{shown}: {why}"), hint));
                        break;
                    }
                }
            }
        }
        match troubles.is_empty() {
            true => Ok(Answer::Nothing(answers)),
            false => Err(unreachable(wanted, troubles)),
        }
    }

    /// Requests one URL. It may continue the bytes that another URL has sent.
    fn ask<'b>(
        &'b self,
        root: &str,
        path: &str,
        wanted: &'b Wanted<'b>,
        download: &mut Option<Download<'b>>,
    ) -> Outcome {
        let address = format!("{root}/{path}");
        let wire = match &self.wire {
            _ if local::is_local(root) => return local::read(root, path, wanted),
            None => return self.remembered(&address, wanted),
            Some(wire) => wire,
        };
        let outcome = download
            .get_or_insert_with(|| self.begin(wire, wanted))
            .get(&address);
        match &outcome {
            Outcome::Bytes(bytes) => self.keep_fetched(download.take(), &address, bytes),
            Outcome::Nothing(why) => {
                let kept = self
                    .cache
                    .put_latest(&nothing(&address, wanted), why.as_bytes());
                self.note(kept.err());
            }
            _ => {}
        }
        outcome
    }

    fn begin<'b>(&'b self, wire: &'b Wire, wanted: &'b Wanted<'b>) -> Download<'b> {
        let name = wanted.paths.last().map_or("", String::as_str);
        let what = redact(&format!("{} {name}", wanted.origin));
        Download {
            wire,
            cache: &self.cache,
            progress: self.progress,
            wanted,
            tries: self.tries,
            body: Body::new(&self.cache, wanted.expected),
            transfer: self
                .progress
                .begin(&what, wanted.expected.map(|blob| blob.size)),
        }
    }

    /// Reports a completed download, and stores it by its URL if its digest was not known.
    fn keep_fetched(&self, download: Option<Download<'_>>, address: &str, bytes: &[u8]) {
        let Some(download) = download else {
            return;
        };
        download.transfer.done(bytes.len() as u64);
        self.note(download.body.note);
        if download.wanted.expected.is_none() {
            self.note(self.cache.put_latest(&redact(address), bytes).err());
        }
    }

    /// Returns the stored answer of a URL, which may be that the file does not exist. Used without network.
    fn remembered(&self, address: &str, wanted: &Wanted<'_>) -> Outcome {
        let bytes = match wanted.expected {
            Some(_) => None,
            None => self.cache.latest(&redact(address), wanted.limit),
        };
        if let Some(bytes) = bytes {
            self.progress.cached(bytes.len() as u64);
            return Outcome::Bytes(bytes);
        }
        match self.cache.latest(&nothing(address, wanted), MAX_WHY) {
            Some(why) => Outcome::Nothing(String::from_utf8_lossy(&why).into_owned()),
            None => Outcome::Lasting(
                "it is not in the cache, and `--offline` asks nothing of the network".to_owned(),
                Some("run once without `--offline`".to_owned()),
            ),
        }
    }

    /// Prints a cache error as a note, because it makes only the next run slower.
    fn note(&self, error: Option<Error>) {
        if let Some(error) = error {
            self.progress.line(&format!("note: {error}"));
        }
    }
}

/// The key for a negative answer of a URL. It contains the expected digest, because the URL may have other files later.
fn nothing(address: &str, wanted: &Wanted<'_>) -> String {
    let file = wanted.expected.map(|blob| blob.digest.hex());
    let file = file.unwrap_or_default();
    format!("nothing at {} {file}", redact(address))
}

impl Fetch for HttpFetcher<'_> {
    fn fetch(&self, wanted: &Wanted<'_>) -> Result<Answer> {
        check_paths(wanted)?;
        if let Some(answer) = self.cached(wanted) {
            return Ok(answer);
        }
        let Some(blob) = wanted.expected else {
            return self.search(wanted);
        };
        let _alone = self.files.enter(&blob.digest.hex());
        // Another thread may have downloaded it while this one waited.
        match self.cached(wanted) {
            Some(answer) => Ok(answer),
            None => self.search(wanted),
        }
    }

    fn keep(&self, blob: &Blob, bytes: &[u8]) {
        self.note(self.cache.put_derived(blob, bytes).err());
    }

    fn learn(&self, sha512: &str, blob: &Blob, bytes: &[u8]) {
        self.note(self.cache.learn(sha512, blob, bytes).err());
    }

    fn learned(&self, sha512: &str) -> Option<Blob> {
        self.cache.learned(sha512)
    }

    fn kept(&self, blob: &Blob) -> Option<Vec<u8>> {
        self.cache.get_derived(blob)
    }
}

/// Paths come from repositories; none may leave its repository.
fn check_paths(wanted: &Wanted<'_>) -> Result<()> {
    let leaves = |path: &&String| path.split('/').any(|part| part == "..") || path.contains('\0');
    match wanted.paths.iter().find(leaves) {
        Some(path) => {
            let cause = "it leads out of the archive";
            Err(Error::cannot("use path", path.escape_debug(), cause))
        }
        None => Ok(()),
    }
}

/// Makes the error for unreachable URLs, with the first hint.
fn unreachable(wanted: &Wanted<'_>, troubles: Vec<(String, Option<String>)>) -> Error {
    let path = wanted.paths.last().map_or("", String::as_str);
    let (lines, hints): (Vec<_>, Vec<_>) = troubles.into_iter().unzip();
    let error = Error::cannot("download", path, lines.join("; "));
    match (hints.into_iter().flatten().next(), wanted.origin) {
        (Some(hint), _) => error.hint(hint),
        (None, Origin::Archive(archive)) => error.hint(format!(
            "set {} to an address that can be reached",
            variable(archive)
        )),
        (None, Origin::Url(_)) => error,
    }
}
