//! A cache in a temporary directory, and a fetcher with the options of a test.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use blob::{Blob, Result};
use http_fixture::{Files, Server};
use transfer::{Cache, Fetcher, FileResponse, Netrc, Options, Progress, Request};

/// The path of the file that most tests request.
pub(crate) const PATH: &str = "pool/a";

/// The limit of a request for a file whose digest is not known.
pub(crate) const LIMIT: u64 = 8 << 20;

/// The content of [`PATH`]: 512 bytes.
pub(crate) fn content() -> Vec<u8> {
    let lines = (0..32).map(|line| format!("line {line:2} of text\n"));
    lines.collect::<String>().into_bytes()
}

pub(crate) fn server() -> Server {
    Server::new(Files::from([(PATH.to_owned(), content())]))
}

/// The lines about the progress.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The directory and the options of a test.
pub(crate) struct World {
    directory: tempfile::TempDir,
    lines: Lines,
    pub(crate) progress: Progress,
    pub(crate) options: Options,
    pub(crate) netrc: String,
}

impl World {
    pub(crate) fn new() -> Self {
        let lines = Lines::default();
        Self {
            directory: tempfile::tempdir().unwrap(),
            progress: Progress::on(lines.clone()),
            lines,
            options: Options {
                attempts: 1,
                offline: false,
                timeout: Duration::from_secs(60),
                user_agent: "test/1".to_owned(),
            },
            netrc: String::new(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A fetcher with a cache in the directory.
    pub(crate) fn fetcher(&self) -> Fetcher<'_> {
        let netrc = Netrc::parse(self.path(".netrc"), &self.netrc).unwrap();
        let cache = Cache::at(self.path("cache"));
        Fetcher::new(&self.options, netrc, cache, &self.progress)
    }

    /// Requests paths of a root, with the digest of [`content`].
    pub(crate) fn fetch(&self, root: &str, paths: &[&str]) -> Result<FileResponse> {
        fetch(&self.fetcher(), root, paths, Some(Blob::of(&content())))
    }

    /// Requests [`PATH`] without a known digest.
    pub(crate) fn fetch_any(&self, root: &str) -> Result<FileResponse> {
        fetch(&self.fetcher(), root, &[PATH], None)
    }

    /// The lines about the progress so far.
    pub(crate) fn lines(&self) -> String {
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }
}

/// Requests paths of a root.
pub(crate) fn fetch(
    fetcher: &Fetcher<'_>,
    root: &str,
    paths: &[&str],
    expected: Option<Blob>,
) -> Result<FileResponse> {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    let name = format!("test {}", paths[0]);
    fetcher.fetch(&Request {
        roots: &[root.to_owned()],
        paths: &paths,
        expected,
        limit: expected.map_or(LIMIT, |blob| blob.size),
        name: &name,
        short_name: &paths[0],
        hint: Some("set MIRROR to another URL"),
    })
}

/// The bytes of an answer that must have some.
pub(crate) fn bytes(answer: Result<FileResponse>) -> Vec<u8> {
    match answer {
        Ok(FileResponse::Bytes(bytes)) => bytes,
        other => panic!("{other:?}"),
    }
}

/// The only reason why the file is missing.
pub(crate) fn missing(answer: Result<FileResponse>) -> String {
    match answer {
        Ok(FileResponse::NotFound(mut reasons)) if reasons.len() == 1 => reasons.remove(0),
        other => panic!("{other:?}"),
    }
}

/// The message of a failure.
pub(crate) fn error(answer: Result<FileResponse>) -> String {
    answer.unwrap_err().to_string()
}
