//! Several threads at once, and one file in a local directory.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    network: Network,
}

fn fetcher<'a>(cache: Cache, progress: &'a Progress) -> HttpFetcher<'a> {
    let addresses = Addresses::of_this_machine(None, "");
    let network = Flags::parse_from(["x", "--tries", "1"]).network;
    HttpFetcher::with(Netrc::default(), addresses, cache, progress, &network)
}

fn get(fetcher: &dyn Fetch, root: &str, path: &str, expected: Blob) -> Result<Answer> {
    fetcher.fetch(&Wanted {
        origin: &Origin::Url(root.to_owned()),
        paths: &[path.to_owned()],
        expected: Some(expected),
        limit: expected.size,
    })
}

fn bytes(answer: Result<Answer>) -> Vec<u8> {
    match answer {
        Ok(Answer::Bytes(bytes)) => bytes,
        other => panic!("{other:?}"),
    }
}

/// A slow server that sends each path as its content, and counts requests.
#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

fn server() -> (String, Arc<Counts>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let counts = Arc::new(Counts::default());
    let shared = Arc::clone(&counts);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counts = Arc::clone(&shared);
            thread::spawn(move || serve(&stream, &counts));
        }
    });
    (format!("http://127.0.0.1:{port}"), counts)
}

fn serve(mut stream: &TcpStream, counts: &Counts) -> Option<()> {
    counts.connections.fetch_add(1, SeqCst);
    let mut lines = BufReader::new(stream).lines();
    loop {
        let path = lines.next()?.ok()?.split(' ').nth(1)?[1..].to_owned();
        while !lines.next()?.ok()?.is_empty() {}
        counts.requests.fetch_add(1, SeqCst);
        counts
            .most
            .fetch_max(counts.now.fetch_add(1, SeqCst) + 1, SeqCst);
        thread::sleep(Duration::from_millis(30));
        counts.now.fetch_sub(1, SeqCst);
        let length = path.len();
        let answer = format!("HTTP/1.1 200 X\r\nContent-Length: {length}\r\n\r\n{path}");
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

#[test]
fn threads_share_connections_and_wait_for_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let (root, counts) = server();
    let progress = Progress::new();
    let fetcher = fetcher(Cache::at(folder.path().to_owned()), &progress);
    thread::scope(|scope| {
        for number in 0..16 {
            let (fetcher, root) = (&fetcher, &root);
            scope.spawn(move || {
                let path = format!("pool/a_{number}.deb");
                let found = bytes(get(fetcher, root, &path, Blob::of(path.as_bytes())));
                assert_eq!(found, path.as_bytes());
            });
        }
    });
    assert_eq!(counts.requests.load(SeqCst), 16);
    assert_eq!(counts.most.load(SeqCst), 4);
    assert!(counts.connections.load(SeqCst) < 16);
}

#[test]
fn what_several_threads_want_comes_once() {
    let folder = tempfile::tempdir().unwrap();
    let (root, counts) = server();
    let progress = Progress::new();
    let fetcher = fetcher(Cache::at(folder.path().to_owned()), &progress);
    let blob = Blob::of(b"pool/a.deb");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| bytes(get(&fetcher, &root, "pool/a.deb", blob)));
        }
    });
    assert_eq!(counts.requests.load(SeqCst), 1);
}

#[test]
fn one_file_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pool")).unwrap();
    std::fs::write(folder.path().join("pool/a.deb"), "deb").unwrap();
    std::fs::write(folder.path().join("secret"), "deb").unwrap();
    let root = format!("file://{}/pool", folder.path().display());
    let progress = Progress::new();
    let fetcher = fetcher(Cache::at(folder.path().join("cache")), &progress);
    let blob = Blob::of(b"deb");
    assert_eq!(bytes(get(&fetcher, &root, "a.deb", blob)), b"deb");
    assert_eq!(bytes(get(&fetcher, &root, "./a.deb", blob)), b"deb");
    for (path, blob, why) in [
        ("b.deb", blob, "there is no such file"),
        ("", blob, "there is no such file"),
        ("a.deb", Blob::of(b"debb"), "3 bytes where 4 are expected"),
        ("a.deb", Blob::of(b"dex"), "where sha256:"),
    ] {
        match get(&fetcher, &root, path, blob) {
            Ok(Answer::Nothing(found)) => assert!(found[0].contains(why), "{found:?}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        get(&fetcher, &root, "../secret", blob)
            .unwrap_err()
            .to_string(),
        "cannot use path `../secret`: it leads out of the archive"
    );
    // The owner of the directory is trusted, so links are followed.
    std::os::unix::fs::symlink("../secret", folder.path().join("pool/link")).unwrap();
    assert_eq!(bytes(get(&fetcher, &root, "link", blob)), b"deb");
}

#[test]
fn derived_content_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let progress = Progress::new();
    let fetcher = fetcher(Cache::at(folder.path().to_owned()), &progress);
    let blob = Blob::of(b"an index");
    let fetch: &dyn Fetch = &fetcher;
    assert_eq!(fetch.kept(&blob), None);
    fetch.keep(&blob, b"an index");
    assert_eq!(fetch.kept(&blob).unwrap(), b"an index");
}
