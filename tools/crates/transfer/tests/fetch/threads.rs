//! Several threads share a fetcher.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use blob::Blob;

use crate::support::{bytes, fetch, World};

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
fn threads_share_connections_and_limits() {
    let (root, counts) = server();
    let world = World::new();
    let fetcher = world.fetcher();
    thread::scope(|scope| {
        for number in 0..16 {
            let (fetcher, root) = (&fetcher, &root);
            scope.spawn(move || {
                let path = format!("pool/a_{number}.deb");
                let blob = Blob::of(path.as_bytes());
                let found = bytes(fetch(fetcher, root, &[&path], Some(blob)));
                assert_eq!(found, path.as_bytes());
            });
        }
    });
    assert_eq!(counts.requests.load(SeqCst), 16);
    assert_eq!(counts.most.load(SeqCst), 4);
    assert!(counts.connections.load(SeqCst) < 16);
}

#[test]
fn a_file_for_several_threads_is_downloaded_once() {
    let (root, counts) = server();
    let world = World::new();
    let fetcher = world.fetcher();
    let blob = Blob::of(b"pool/a.deb");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| bytes(fetch(&fetcher, &root, &["pool/a.deb"], Some(blob))));
        }
    });
    assert_eq!(counts.requests.load(SeqCst), 1);
}

#[test]
fn a_file_that_is_read_again_is_counted_once() {
    let (root, _) = server();
    let world = World::new();
    let path = "pool/a_1.deb";
    let blob = Blob::of(path.as_bytes());
    let read = |times| {
        let fetcher = world.fetcher();
        for _ in 0..times {
            bytes(fetch(&fetcher, &root, &[path], Some(blob)));
        }
    };
    read(3);
    world.progress.summary();
    let lines = world.lines();
    assert!(
        lines.contains("12 B downloaded, 0 B from the cache"),
        "{lines}"
    );
    read(2);
    world.progress.summary();
    let lines = world.lines();
    assert!(
        lines.contains("12 B downloaded, 12 B from the cache"),
        "{lines}"
    );
}
