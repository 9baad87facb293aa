//! Answers of hostile servers and repositories: HTTP, and all files that a lock is derived from.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use apt_archive::{Fetch, FileRequest, KeyringFile, LocalDeb};
use archive_fixture::{Archive, Files, Key, Stanza};
use blob::Blob;
use lock_update::{Manifest, Settings};
use transfer::{Cache, Fetcher, FileResponse, Netrc, Options, Progress, Request};

use super::{parts, repaired, replaced, same, target, text, Outcome, Target};

const HTTP: &[&str] = &[
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 206 Partial Content\r\n",
    "HTTP/1.1 302 Found\r\n",
    "HTTP/1.1 416 X\r\n",
    "HTTP/1.0 ",
    "Content-Length: ",
    "Content-Range: bytes 0-1/2\r\n",
    "Content-Encoding: gzip\r\n",
    "Transfer-Encoding: chunked\r\n",
    "ETag: \"a\"\r\n",
    "Location: /b\r\n",
    "Retry-After: 1\r\n",
    "\r\n\r\n",
    "ffffffffffffffff\r\n",
    "\n---\n",
];
const REGISTRY: &[&str] = &[
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 201 Created\r\n",
    "HTTP/1.1 202 Accepted\r\n",
    "HTTP/1.1 401 X\r\nContent-Length: 0\r\n",
    "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n",
    "Content-Length: ",
    "Content-Type: application/vnd.oci.image.index.v1+json\r\n",
    "Docker-Content-Digest: sha256:",
    "Link: </v2/a/tags/list?n=1>; rel=\"next\"\r\n",
    "Location: /v2/a/blobs/uploads/1?s\r\n",
    "OCI-Chunk-Min-Length: 1\r\n",
    "Range: 0-1\r\n",
    "WWW-Authenticate: Basic realm=\"a\"\r\n",
    "WWW-Authenticate: Bearer realm=\"http://127.0.0.1:9/t\",service=\"a\",scope=\"b c\"\r\n",
    "{\"errors\":[{\"code\":\"A\",\"message\":\"b\"}]}",
    "{\"tags\":[\"a\"]}",
    "\r\n\r\n",
    "\n---\n",
];
const ARCHIVE: &[&str] = &[
    "Package: a\n",
    "Version: 1\n",
    "Architecture: amd64\n",
    "Filename: pool/a.deb\n",
    "Depends: a (>= 1) | b:any\n",
    "Provides: b (= 2)\n",
    "Essential: yes\n",
    "usr/lib/libz.so.1 libs/zlib1g\n",
    "Suite: x\n",
    "Valid-Until: Sat, 11 Jul 2026 10:16:37 UTC\n",
    "\n\n",
    "\n---\n",
];

const EARLIER: &[&str] = &[
    "{\"Unverified\":{\"source\":\"stable main\",\"architecture\":\"armhf\",\"details\":[\"a\"]}}",
    "{\"Skipped\":{\"package\":\"a\",\"architecture\":\"amd64\"}}",
    "{\"Unmet\":{\"package\":\"a\",\"architecture\":\"amd64\",\"relation\":\"b\"}}",
    "\"notes\":[",
    ",",
    "@LOCK@",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("network_http", HTTP, http),
        target("network_registry", REGISTRY, registry),
        target(
            "network_cache",
            &["(\u{b5}/\u{fd}", "sha256", " 17", "\n---\n"],
            cache,
        ),
        repaired(target("network_archive", ARCHIVE, archive)),
        target("lock_earlier", EARLIER, earlier),
    ]
}

/// The answers to the next connections.
static ANSWERS: Mutex<VecDeque<Vec<u8>>> = Mutex::new(VecDeque::new());

/// The URL of a server on this machine. It gives each connection the next answer and ignores the request.
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let begin = || {
        // No redirect leads to another machine: there is no proxy at this port.
        std::env::set_var("ALL_PROXY", "http://127.0.0.1:9");
        std::env::set_var("NO_PROXY", "127.0.0.1");
        let listener = TcpListener::bind("127.0.0.1:0").ok()?;
        let port = listener.local_addr().ok()?.port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = ANSWERS.lock().ok().and_then(|mut next| next.pop_front());
                let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
                let mut asked = BufReader::new(&stream);
                let mut line = String::new();
                while asked.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let _ = (&stream).write_all(&answer.unwrap_or_default());
            }
        });
        Some(format!("http://127.0.0.1:{port}"))
    };
    SERVER.get_or_init(begin).as_deref()
}

/// The first part is the requested file; the others are answers. The second download resumes the first one.
fn http(input: &[u8]) -> Outcome {
    let server = server().ok_or("there is no server")?;
    let mut parts = parts(input).into_iter();
    let expected = Blob::of(&parts.next().unwrap_or_default());
    if let Ok(mut answers) = ANSWERS.lock() {
        *answers = parts.collect();
    }
    let cache = super::fresh_directory()?;
    for expected in [Some(expected), Some(expected), None] {
        let request = Request {
            roots: &[server.to_owned()],
            paths: &["a".to_owned(), "b/c".to_owned()],
            expected,
            limit: 100_000,
            name: "a",
            short_name: "a",
            hint: None,
        };
        match (fetch(cache.path(), &request), expected) {
            (Ok(FileResponse::Bytes(bytes)), Some(expected)) if Blob::of(&bytes) != expected => {
                return Err("other bytes than requested".to_owned())
            }
            (Ok(FileResponse::Bytes(bytes)), None) if bytes.len() > 100_000 => {
                return Err("more bytes than requested".to_owned())
            }
            _ => {}
        }
    }
    Ok(())
}

/// The first part is a blob; the others are answers to all operations of a client, one after another.
fn registry(input: &[u8]) -> Outcome {
    let server = server().ok_or("there is no server")?;
    let host = server.trim_start_matches("http://");
    let mut parts = parts(input).into_iter();
    let content = parts.next().unwrap_or_default();
    let expected = Blob::of(&content);
    if let Ok(mut answers) = ANSWERS.lock() {
        *answers = parts.collect();
    }
    let options = registry::Options {
        attempts: 1,
        timeout: Duration::from_secs(1),
        plain_http: vec![host.to_owned()],
        chunk: 8,
        ..registry::Options::default()
    };
    let progress = Progress::on(std::io::sink());
    let none = registry::Credentials::none();
    let failed = |error: blob::Error| error.to_string();
    let client = registry::Client::new(options, none, &progress).map_err(failed)?;
    let name = registry::Repository::parse(&format!("{host}/a")).map_err(failed)?;
    let client = client.repository(&name, registry::Access::Delete);
    let selector = registry::Selector::Digest(expected.digest);
    if let Ok(Some(manifest)) = client.manifest(&selector) {
        if Blob::of(&manifest.bytes) != manifest.blob || manifest.blob.digest != expected.digest {
            return Err("another manifest than requested".to_owned());
        }
    }
    let mut output = Vec::new();
    if client.blob(&expected, &mut output).is_ok_and(|found| found) && output != content {
        return Err("another blob than requested".to_owned());
    }
    let _ = client.manifest_exists(&selector);
    let _ = client.tags();
    let _ = client.referrers(expected.digest, Some("a/b"));
    let _ = client.mount_or_upload(&expected, &name, &registry::BytesContent(&content));
    let _ = client.put_manifest(&selector, "a/b", &content);
    Ok(())
}

/// Requests a file once, for at most a second, with a cache in this directory.
fn fetch(cache: &Path, request: &Request<'_>) -> blob::Result<FileResponse> {
    let options = Options {
        attempts: 1,
        offline: false,
        timeout: Duration::from_secs(1),
        user_agent: "fuzz/1".to_owned(),
    };
    let progress = Progress::on(std::io::sink());
    let cache = Cache::at(cache.to_owned());
    Fetcher::new(&options, Netrc::default(), cache, &progress).fetch(request)
}

/// The first part is an unpacked index, the second what the cache has in its place, the third what it has of a SHA-512.
fn cache(input: &[u8]) -> Outcome {
    const SHA512: &str = "00";
    let mut parts = parts(input).into_iter();
    let mut part = || parts.next().unwrap_or_default();
    let index = Blob::of(&part());
    let cache = super::fresh_directory()?;
    let derived = format!("derived/{}.blocks", index.digest.hex());
    super::write(&cache.path().join(derived), &part())?;
    let learned = blob::Digest::of(format!("sha512:{SHA512}").as_bytes());
    let learned = format!("latest/{}", learned.hex());
    super::write(&cache.path().join(learned), &part())?;
    let cached = Cache::at(cache.path().to_owned());
    if let Some(blocks) = cached.derived_blocks(&index) {
        let _ = (blocks.get(0), blocks.get(1));
    }
    match (cached.get_derived(&index), cached.find_sha512(SHA512)) {
        (Some(bytes), _) if Blob::of(&bytes) != index => Err("another index".to_owned()),
        _ => Ok(()),
    }
}

/// Files of an archive in memory.
struct Mirror(Files);

impl Fetch for Mirror {
    fn fetch(&self, wanted: &FileRequest<'_>) -> blob::Result<apt_archive::FileResponse> {
        let file = wanted.paths.iter().find_map(|path| self.0.get(path));
        Ok(match file {
            Some(bytes) => apt_archive::FileResponse::Bytes(bytes.clone()),
            None => apt_archive::FileResponse::NotFound(vec!["not there".to_owned()]),
        })
    }
}

const MANIFEST: &str = "version: 1\narchs: [amd64]\npackages: [a]\nessential: true\nsources:\n- channel: stable main\n  archive: debian\n  signed_by: k\n- folder: debs\n  name: f\n";

/// A signed archive: its first part is lines of the Release, then come an index, a list of files, and a package of a directory.
/// The first bytes of index and list determine their compression. For a mirror, the name of the file does.
fn archive(input: &[u8]) -> Outcome {
    static KEY: OnceLock<Key> = OnceLock::new();
    let key = KEY.get_or_init(|| Key::new(1));
    let mut parts = parts(input).into_iter();
    let mut part = || parts.next().unwrap_or_default();
    let mut archive = Archive::new("stable");
    for line in text(&part()).lines() {
        if let Some((field, value)) = line.split_once(": ") {
            archive = archive.with(field, value);
        }
    }
    for path in ["main/binary-amd64/Packages", "main/Contents-amd64"] {
        let bytes = part();
        let suffix = suffix(&bytes);
        archive = archive.file(&format!("{path}{suffix}"), &bytes);
    }
    let deb = part();
    let mirror = Mirror(archive.files(&[key]));
    let manifest = yaml::read::<Manifest>(MANIFEST)?;
    let keyring = |name: &str| Ok(KeyringFile::new(name, key.public().into_bytes()));
    let local_debs = |_: &str| {
        if deb.is_empty() {
            Ok(Vec::new())
        } else {
            LocalDeb::read("a.deb", &deb).map(|deb| vec![deb])
        }
    };
    let settings = Settings {
        distro: "debian12",
        keyring: &keyring,
        local_debs: &local_debs,
        clock: None,
        now: None,
        previous: None,
        program: None,
        known: None,
    };
    if let Ok(update) = lock_update::update(&manifest, &mirror, &settings) {
        let json = update.lock.to_json();
        let again = lock::Lock::parse("lock", &json);
        again.map_err(|error| format!("the lock is refused: {error}"))?;
    }
    let _ = lock_update::libraries(&manifest, &mirror, &settings);
    Ok(())
}

const EARLIER_MANIFEST: &str = "version: 1\narchs: [amd64, armhf]\npackages: [a]\nskip_missing: [a]\nsources:\n- channel: stable main\n  archive: debian\n  signed_by: k\n  may_lack: [armhf]\n";

/// The repository of an update whose earlier result somebody changed.
struct Remembering {
    mirror: Mirror,
    stored: Mutex<Option<Vec<u8>>>,
}

impl Fetch for Remembering {
    fn fetch(&self, wanted: &FileRequest<'_>) -> blob::Result<apt_archive::FileResponse> {
        self.mirror.fetch(wanted)
    }

    fn put_result(&self, _key: &blob::Digest, result: &[u8]) {
        if let Ok(mut stored) = self.stored.lock() {
            *stored = Some(result.to_vec());
        }
    }

    fn find_result(&self, _key: &blob::Digest) -> Option<Vec<u8>> {
        self.stored.lock().ok()?.clone()
    }
}

/// What the cache has as the earlier result. `@LOCK@` is the SHA-256 of the lock that exists, with which the input can
/// confirm it. Whatever the input is, the update makes this lock.
fn earlier(input: &[u8]) -> Outcome {
    static KEY: OnceLock<Key> = OnceLock::new();
    let key = KEY.get_or_init(|| Key::new(1));
    let archive = Archive::new("stable").package("amd64", &Stanza::new("a", "1"));
    let fetch = Remembering {
        mirror: Mirror(archive.files(&[key])),
        stored: Mutex::default(),
    };
    let manifest = yaml::read::<Manifest>(EARLIER_MANIFEST)?;
    let keyring = |name: &str| Ok(KeyringFile::new(name, key.public().into_bytes()));
    let settings = Settings {
        distro: "debian12",
        keyring: &keyring,
        local_debs: &|_: &str| Ok(Vec::new()),
        clock: None,
        now: None,
        previous: None,
        program: Some("1"),
        known: None,
    };
    let first = lock_update::update(&manifest, &fetch, &settings);
    let first = first.map_err(|error| format!("the first update fails: {error}"))?;
    let digest = blob::Digest::of(first.lock.to_json().as_bytes()).hex();
    let stored = replaced(input, "@LOCK@", &digest);
    *fetch.stored.lock().map_err(|error| error.to_string())? = Some(stored);
    let settings = Settings {
        known: Some(&first.lock),
        ..settings
    };
    let second = lock_update::update(&manifest, &fetch, &settings);
    let second = second.map_err(|error| format!("the second update fails: {error}"))?;
    same("lock", &first.lock.to_json(), &second.lock.to_json())
}

fn suffix(bytes: &[u8]) -> &'static str {
    let known: [(&[u8], &str); 5] = [
        (b"\x1f\x8b", ".gz"),
        (b"BZh", ".bz2"),
        (b"\xfd7zXZ", ".xz"),
        (b"\x28\xb5\x2f\xfd", ".zst"),
        (b"\x5d\0\0", ".lzma"),
    ];
    let form = known.iter().find(|(magic, _)| bytes.starts_with(magic));
    form.map_or("", |(_, suffix)| suffix)
}
