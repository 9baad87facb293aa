use std::time::{Duration, Instant};

use blob::Result;
use http_fixture::Fault;
use transfer::FileResponse;

use crate::support::{bytes, content, error, missing, server, World, PATH};

const HINT: &str = "\nhint: set MIRROR to another URL";

/// The message of a failure, without the part that all these messages share.
fn cause(root: &str, answer: Result<FileResponse>) -> String {
    let error = error(answer);
    let start = format!("cannot download `{PATH}`: {root}/{PATH}: ");
    let rest = error.strip_prefix(&start);
    rest.unwrap_or_else(|| panic!("{error}")).to_owned()
}

/// Requests a file of unknown content from a server with this fault.
fn failure(fault: Fault, attempts: u32) -> String {
    let server = server();
    server.fail(PATH, fault);
    let mut world = World::new();
    world.options.attempts = attempts;
    let root = server.root("root");
    cause(&root, world.fetch_any(&root))
}

#[test]
fn failures_of_connections_and_servers() {
    for (fault, cause) in [
        (Fault::HangUp, "connection interrupted"),
        (Fault::Reset, "connection interrupted"),
        (Fault::Truncate, "connection interrupted"),
        (Fault::Length(9), "connection interrupted"),
        (
            Fault::Garbage,
            "invalid HTTP response: http parse fail: invalid HTTP version",
        ),
        (
            Fault::Status(500, 9),
            "the server answered 500 Internal Server Error",
        ),
        (
            Fault::Status(408, 9),
            "the server answered 408 Request Timeout",
        ),
        (
            Fault::Status(407, 9),
            "the proxy answered 407 Proxy Authentication Required",
        ),
        (
            Fault::RetryAfter(429, 61),
            "the server answered 429 Too Many Requests",
        ),
    ] {
        assert_eq!(failure(fault, 1), format!("{cause}{HINT}"), "{fault:?}");
    }
    let root = "http://127.0.0.1:1/root";
    let refused = cause(root, World::new().fetch_any(root));
    assert_eq!(refused, format!("connection refused{HINT}"));
}

#[test]
fn definite_answers_are_not_requested_again() {
    for (fault, reason) in [
        (Fault::Status(404, 1), "the server answered 404 Not Found"),
        (Fault::Status(410, 1), "the server answered 410 Gone"),
        (Fault::Endless, "more than 8388608 bytes"),
        (Fault::Length(9_000_000), "more than 8388608 bytes"),
    ] {
        let server = server();
        server.fail(PATH, fault);
        let mut world = World::new();
        world.options.attempts = 9;
        let root = server.root("root");
        let found = missing(world.fetch_any(&root));
        assert_eq!(found, format!("{root}/{PATH}: {reason}"), "{fault:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn redirects_are_limited() {
    let failure_of = |fault| failure(fault, 9);
    let error = failure_of(Fault::Redirect);
    let start = "more than 5 redirects, the last to http://127.0.0.1:";
    assert!(error.starts_with(start), "{error}");
    assert!(error.ends_with(&format!("/root/{PATH}{HINT}")), "{error}");
    for (to, cause) in [
        (
            "file:///etc/passwd",
            "redirect to file:///etc/passwd, which is not an HTTP URL",
        ),
        ("", "redirect without a URL"),
    ] {
        let error = failure_of(Fault::RedirectTo(to));
        assert_eq!(error, format!("{cause}{HINT}"));
    }
}

#[test]
fn a_server_decides_how_long_to_wait_within_limits() {
    let server = server();
    server.fail(PATH, Fault::RetryAfter(429, 1));
    let mut world = World::new();
    world.options.attempts = 2;
    let root = server.root("root");
    assert_eq!(bytes(world.fetch_any(&root)), content());
    let line = format!(
        "{root}/{PATH}: the server answered 429 Too Many Requests; next attempt in 1.0 s\n"
    );
    assert!(world.lines().contains(&line), "{}", world.lines());
    let cause = "the server answered 503 Service Unavailable and requests a pause of 3600 s; the longest allowed pause is 60 s";
    let error = failure(Fault::RetryAfter(503, 3600), 2);
    assert_eq!(error, format!("{cause}{HINT}"));
}

#[test]
fn a_slow_server_fails() {
    let server = server();
    server.fail(PATH, Fault::Drip);
    let mut world = World::new();
    world.options.timeout = Duration::from_secs(1);
    let start = Instant::now();
    let root = server.root("root");
    let error = cause(&root, world.fetch_any(&root));
    let expected = format!("the server sent almost no data for 1 s{HINT}");
    assert_eq!(error, expected);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn endless_trailers_fail() {
    let server = server();
    server.fail(PATH, Fault::Trailers);
    let mut world = World::new();
    world.options.timeout = Duration::from_secs(1);
    let start = Instant::now();
    let error = error(world.fetch(&server.root("root"), &[PATH]));
    assert!(
        error.contains("the server sent almost no data for 1 s"),
        "{error}"
    );
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_wrong_length_is_an_answer() {
    let server = server();
    server.fail(PATH, Fault::Length(-3));
    let reason = missing(World::new().fetch(&server.root("root"), &[PATH]));
    assert!(
        reason.ends_with(": expected 512 bytes, found 509"),
        "{reason}"
    );
}

#[test]
fn invalid_urls() {
    for url in [
        "htp://a.example",
        "a.example/debian",
        "http:///debian",
        "http://a b",
    ] {
        let error = error(World::new().fetch_any(url));
        let hint = "\nhint: write `https://HOST/PATH`, `http://HOST/PATH` or `file:///PATH`";
        assert!(error.contains(": invalid URL"), "{error}");
        assert!(error.ends_with(hint), "{error}");
    }
}
