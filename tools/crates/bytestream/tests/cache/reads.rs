//! Blobs, interruptions, and failures.

use std::io::Read;
use std::time::Duration;

use bytestream::{Cache, Options};
use transfer::Progress;

use crate::server::{Fault, Server};

const NAME: &str = "main/blobs/abc/1000000";

fn content() -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..1_000_000).map(|_| next()).collect()
}

fn options() -> Options {
    Options {
        attempts: 2,
        timeout: Duration::from_secs(2),
        user_agent: "test/1".to_owned(),
    }
}

/// The content from a position, or the cause of the failure.
fn read(server: &Server, from: u64) -> Result<Vec<u8>, String> {
    let progress = Progress::on(std::io::sink());
    let url = format!("grpc://127.0.0.1:{}/main", server.port);
    let headers = [("x-key".to_owned(), "s3cret".to_owned())];
    let cache = Cache::new(&url, &headers, options(), &progress)?;
    read_from(&cache, from)
}

fn read_from(cache: &Cache<'_>, from: u64) -> Result<Vec<u8>, String> {
    let opened = cache.open("abc", 1_000_000, from);
    let mut reader = opened.map_err(|failure| failure.cause().to_owned())?;
    let mut bytes = Vec::new();
    let read = reader.read_to_end(&mut bytes);
    read.map_err(|error| error.to_string()).map(|_| bytes)
}

#[test]
fn blobs_and_parts_of_them() {
    let content = content();
    let server = Server::new(&[(NAME, &content)]);
    for from in [0, 1, 999_999] {
        assert_eq!(read(&server, from).unwrap(), content[from as usize..]);
    }
    assert_eq!(
        server.requests(),
        [
            format!("{NAME} 0 s3cret"),
            format!("{NAME} 1 s3cret"),
            format!("{NAME} 999999 s3cret")
        ]
    );
}

#[test]
fn a_connection_is_used_again() {
    let content = content();
    let server = Server::new(&[(NAME, &content)]);
    let progress = Progress::on(std::io::sink());
    let url = format!("grpc://127.0.0.1:{}/main", server.port);
    let cache = Cache::new(&url, &[], options(), &progress).unwrap();
    for _ in 0..3 {
        assert_eq!(read_from(&cache, 0).unwrap(), content);
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn interruptions() {
    let content = content();
    for fault in [
        Fault::Close(0),
        Fault::Close(400_000),
        Fault::Late(500_000, 14),
        Fault::Late(0, 13),
        Fault::Status(14, ""),
        Fault::Http(503),
        Fault::Silence,
    ] {
        let server = Server::new(&[(NAME, &content)]);
        server.fail(std::slice::from_ref(&fault));
        assert_eq!(read(&server, 0).as_ref(), Ok(&content), "{fault:?}");
        assert_eq!(server.requests().len(), 2, "{fault:?}");
    }
}

#[test]
fn failures() {
    let server = Server::new(&[]);
    let failed = |fault: Fault| {
        server.fail(&[fault.clone(), fault]);
        read(&server, 0).unwrap_err()
    };
    for (fault, cause) in [
        (Fault::Status(5, ""), "the cache answered NOT_FOUND"),
        (
            Fault::Status(16, "bad%20key%20s3cret"),
            "the cache answered UNAUTHENTICATED: (not shown: it repeats a secret)",
        ),
        (
            Fault::Status(7, "no"),
            "the cache answered PERMISSION_DENIED: no",
        ),
        (Fault::Status(12, ""), "the cache answered UNIMPLEMENTED"),
        (Fault::Http(404), "the server answered 404 Not Found"),
        (
            Fault::Raw(&[1, 0, 0, 0, 1, 0]),
            "the cache sent a compressed message",
        ),
        (
            Fault::Raw(&[0, 200, 0, 0, 1, 0]),
            "the cache sent a message of 3355443201 bytes, at most 16777216 are read",
        ),
        (Fault::Raw(&[0, 0, 0, 0, 9, 0]), "connection interrupted"),
        (Fault::Silence, "the server sent almost no data for 2 s"),
    ] {
        assert_eq!(failed(fault.clone()), cause, "{fault:?}");
    }
    assert!(server.connections() > 8);
}

#[test]
fn servers_that_are_not_there_or_speak_another_protocol() {
    let progress = Progress::on(std::io::sink());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let failed = |url: &str| {
        let cache = Cache::new(url, &[], options(), &progress).unwrap();
        read_from(&cache, 0).unwrap_err()
    };
    let thread = std::thread::spawn(move || {
        use std::io::Write;
        for stream in listener.incoming().take(3) {
            let _ = stream
                .unwrap()
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let other = failed(&format!("grpc://127.0.0.1:{port}"));
    assert!(
        other.starts_with("invalid HTTP/2 response: ") || other == "connection interrupted",
        "{other}"
    );
    assert_eq!(
        failed(&format!("grpcs://127.0.0.1:{port}")),
        "the cache does not speak TLS"
    );
    thread.join().unwrap();
    assert_eq!(
        failed(&format!("grpc://127.0.0.1:{port}")),
        "connection refused"
    );
    let url = "grpc://cache.example";
    let bad = |name: &str, value: &str| {
        let headers = [(name.to_owned(), value.to_owned())];
        Cache::new(url, &headers, options(), &progress).unwrap_err()
    };
    assert_eq!(bad("x key", "s3cret"), "the header `x key` is invalid");
    assert_eq!(bad("x-key", "s3cret\n"), "the header `x-key` is invalid");
}
