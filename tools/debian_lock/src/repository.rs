//! Gets files of repositories: the trait of `apt_archive`, by the crate `transfer`.

use apt_archive::{DerivedBlocks, DerivedWriter, Fetch, FileRequest, FileResponse, Origin};
use blob::{Blob, Digest, Result};
use transfer::{Cache, Fetcher, Netrc, Options, Progress, Request};

use crate::urls::{variable, RepositoryUrls};

/// Gets files of repositories.
#[derive(Debug)]
pub(crate) struct RepositoryFetcher<'a> {
    urls: RepositoryUrls,
    fetcher: Fetcher<'a>,
    cache: Cache,
    progress: &'a Progress,
}

impl<'a> RepositoryFetcher<'a> {
    /// Creates a fetcher. If it may use the network, it also reads the user's netrc file.
    pub(crate) fn new(
        urls: RepositoryUrls,
        options: &Options,
        cache: Cache,
        progress: &'a Progress,
    ) -> Result<Self> {
        let netrc = if options.offline {
            Netrc::default()
        } else {
            Netrc::of_this_user()?
        };
        Ok(Self {
            urls,
            fetcher: Fetcher::new(options, netrc, cache.clone(), progress),
            cache,
            progress,
        })
    }

    /// Prints a cache error as a note, because it makes only the next run slower.
    fn note(&self, result: Result<()>) {
        self.noted(result);
    }

    fn noted<T>(&self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.progress.note(&error)).ok()
    }
}

impl Fetch for RepositoryFetcher<'_> {
    fn fetch(&self, request: &FileRequest<'_>) -> Result<FileResponse> {
        let path = request.paths.last().map_or("", String::as_str);
        let answer = self.fetcher.fetch(&Request {
            roots: &self.urls.of(request.origin)?,
            paths: request.paths,
            expected: request.expected,
            limit: request.limit,
            name: &format!("{} {path}", request.origin),
            short_name: short_name(path),
            hint: mirror_hint(request.origin).as_deref(),
        })?;
        Ok(match answer {
            transfer::FileResponse::Bytes(bytes) => FileResponse::Bytes(bytes),
            transfer::FileResponse::NotFound(reasons) => FileResponse::NotFound(reasons),
        })
    }

    fn derived_writer(&self, blob: &Blob) -> Option<Box<dyn DerivedWriter + '_>> {
        let writer = self.cache.derived_writer(blob);
        let writer = self.noted(writer).flatten();
        writer.map(|writer| {
            let writer = Some(writer);
            Box::new(Writer { writer, of: self }) as Box<dyn DerivedWriter>
        })
    }

    fn put_by_sha512(&self, sha512: &str, blob: &Blob, bytes: &[u8]) {
        self.note(self.cache.put_by_sha512(sha512, blob, bytes));
    }

    fn find_sha512(&self, sha512: &str) -> Option<Blob> {
        self.cache.find_sha512(sha512)
    }

    fn get_derived(&self, blob: &Blob) -> Option<Vec<u8>> {
        self.cache.get_derived(blob)
    }

    fn derived_blocks(&self, blob: &Blob) -> Option<Box<dyn DerivedBlocks>> {
        let blocks = self.cache.derived_blocks(blob)?;
        Some(Box::new(Blocks(blocks)))
    }

    fn put_result(&self, key: &Digest, result: &[u8]) {
        self.note(self.cache.put_result(key, result));
    }

    fn find_result(&self, key: &Digest) -> Option<Vec<u8>> {
        self.cache.find_result(key)
    }
}

/// An index that is being stored, until the cache cannot be written.
struct Writer<'a> {
    writer: Option<transfer::DerivedWriter>,
    of: &'a RepositoryFetcher<'a>,
}

impl DerivedWriter for Writer<'_> {
    fn write(&mut self, part: &[u8]) {
        let written = self.writer.as_mut().map(|writer| writer.write(part));
        if let Some(written @ Err(_)) = written {
            self.of.note(written);
            self.writer = None;
        }
    }

    fn commit(self: Box<Self>) {
        if let Some(writer) = self.writer {
            self.of.note(writer.commit());
        }
    }
}

/// The stored blocks of an index.
struct Blocks(transfer::Blocks);

impl DerivedBlocks for Blocks {
    fn block_size(&self) -> usize {
        transfer::Blocks::SIZE
    }

    fn block(&self, number: usize) -> Option<Vec<u8>> {
        self.0.get(number)
    }
}

/// The hint if no mirror of a repository answers.
fn mirror_hint(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Archive(name) => {
            let variable = variable(name);
            Some(format!("set {variable} to the URL of an available mirror"))
        }
        Origin::Url(_) => None,
    }
}

/// The name on a progress bar: of `dists/bookworm/main/…/Packages.xz` the part after `dists/`, of other files the file
/// name.
fn short_name(path: &str) -> &str {
    match path.rsplit_once("dists/") {
        Some((_, rest)) => rest,
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn names_on_progress_bars() {
        assert_eq!(short_name("dists/bookworm/InRelease"), "bookworm/InRelease");
        assert_eq!(short_name("pool/main/a/a_1.deb"), "a_1.deb");
    }

    #[test]
    fn derived_content_is_stored() {
        let directory = tempfile::tempdir().unwrap();
        let progress = Progress::on_standard_error();
        let options = Options {
            attempts: 1,
            offline: true,
            timeout: Duration::from_secs(1),
            user_agent: "test/1".to_owned(),
        };
        let urls = RepositoryUrls::of_this_machine(None, "");
        let cache = Cache::at(directory.path().to_owned());
        let fetcher = RepositoryFetcher::new(urls, &options, cache, &progress).unwrap();
        let blob = Blob::of(b"an index");
        let fetch: &dyn Fetch = &fetcher;
        assert_eq!(fetch.get_derived(&blob), None);
        let mut writer = fetch.derived_writer(&blob).unwrap();
        writer.write(b"an ");
        writer.write(b"index");
        writer.commit();
        assert_eq!(fetch.get_derived(&blob).unwrap(), b"an index");
    }
}
