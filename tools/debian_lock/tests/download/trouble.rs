use std::time::{Duration, Instant};

use crate::server::{Mischief, Server};
use crate::support::{files, World, SATURDAY};

const START: &str = "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: ";

/// The message if the server misbehaves at `InRelease`, without the part that all these messages share.
fn message(mischief: Mischief, flags: &[&str]) -> String {
    let server = Server::new(files("6.4", SATURDAY));
    server.misbehave("InRelease", mischief);
    let error = World::new(&server.debian()).error(flags);
    let address = format!("{START}{}/dists/bookworm/InRelease: ", server.debian());
    let rest = error.strip_prefix(&address);
    rest.unwrap_or_else(|| panic!("{error}")).to_owned()
}

const UNREACHABLE: &str = "\nhint: set DEBIAN_MIRROR to an address that can be reached\n";

#[test]
fn trouble_on_the_way() {
    for (mischief, cause) in [
        (Mischief::HangUp, "the connection broke off"),
        (Mischief::Reset, "the connection broke off"),
        (Mischief::Truncate, "the connection broke off"),
        (Mischief::Length(9), "the connection broke off"),
        (
            Mischief::Garbage,
            "what it answers is not HTTP: http parse fail: invalid HTTP version",
        ),
        (
            Mischief::Status(500, 9),
            "the server answered 500 Internal Server Error",
        ),
        (
            Mischief::Status(408, 9),
            "the server answered 408 Request Timeout",
        ),
        (
            Mischief::Status(407, 9),
            "the proxy answered 407 Proxy Authentication Required",
        ),
        (
            Mischief::RetryAfter(429, 61),
            "the server answered 429 Too Many Requests",
        ),
    ] {
        let error = message(mischief, &[]);
        assert_eq!(error, format!("{cause}{UNREACHABLE}"), "{mischief:?}");
    }
}

#[test]
fn clear_answers_are_not_asked_for_again() {
    for (mischief, cause) in [
        (
            Mischief::Status(404, 1),
            "the server answered 404 Not Found\n",
        ),
        (Mischief::Status(410, 1), "the server answered 410 Gone\n"),
        (Mischief::Endless, "more than 8388608 bytes\n"),
        (Mischief::Length(9_000_000), "more than 8388608 bytes\n"),
    ] {
        assert_eq!(message(mischief, &["--tries", "9"]), cause, "{mischief:?}");
    }
}

#[test]
fn redirects_end() {
    let error = message(Mischief::Redirect, &["--tries", "9"]);
    assert!(
        error.starts_with("more than 5 redirects, the last to http://127.0.0.1:"),
        "{error}"
    );
    assert!(
        error.ends_with(&format!("/debian/dists/bookworm/InRelease{UNREACHABLE}")),
        "{error}"
    );
    for (to, cause) in [
        (
            "file:///etc/passwd",
            "a redirect to file:///etc/passwd, which is not an address of HTTP",
        ),
        ("", "a redirect to nowhere, which is not an address of HTTP"),
    ] {
        let error = message(Mischief::RedirectTo(to), &["--tries", "9"]);
        assert_eq!(error, format!("{cause}{UNREACHABLE}"));
    }
}

#[test]
fn a_server_decides_how_long_to_wait_within_bounds() {
    let server = Server::new(files("6.4", SATURDAY));
    server.misbehave("InRelease", Mischief::RetryAfter(429, 1));
    let world = World::new(&server.debian());
    let run = world.update(&["--tries", "2"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = "/InRelease: the server answered 429 Too Many Requests; next try in 1.0 s\n";
    assert!(run.stderr.contains(line), "{}", run.stderr);
    let error = message(Mischief::RetryAfter(503, 3600), &["--tries", "2"]);
    let cause = "the server answered 503 Service Unavailable and asks to come back after 3600 s";
    assert_eq!(error, format!("{cause}{UNREACHABLE}"));
}

#[test]
fn a_server_that_all_but_sleeps_is_given_up() {
    let start = Instant::now();
    let error = message(Mischief::Drip, &["--timeout", "1"]);
    assert_eq!(error, format!("next to nothing came for 1 s{UNREACHABLE}"));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn trailers_without_end_are_given_up() {
    let server = Server::new(files("6.4", SATURDAY));
    for end in ["Packages.xz", "Packages.gz", "Packages"] {
        server.misbehave(end, Mischief::Trailers);
    }
    let mut files = files("6.4", SATURDAY);
    files.retain(|path, _| !path.contains("by-hash"));
    server.serve(files);
    let start = Instant::now();
    let error = World::new(&server.debian()).error(&["--timeout", "1"]);
    assert!(error.contains("next to nothing came for 1 s"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_length_that_is_wrong_is_an_answer() {
    let server = Server::new(files("6.4", SATURDAY));
    for end in ["Packages.xz", "Packages.gz", "Packages"] {
        server.misbehave(end, Mischief::Length(-3));
    }
    let mut lost = files("6.4", SATURDAY);
    lost.retain(|path, _| !path.contains("by-hash"));
    server.serve(lost);
    let error = World::new(&server.debian()).error(&[]);
    assert!(error.contains(" bytes where "), "{error}");
}

#[test]
fn an_address_that_is_none() {
    for address in [
        "htp://a.example",
        "a.example/debian",
        "http:///debian",
        "http://a b",
    ] {
        let error = World::new(address).error(&[]);
        let hint =
            "\nhint: write it as `https://HOST/PATH`, `http://HOST/PATH` or `file:///PATH`\n";
        assert!(error.contains(": it is not an address"), "{error}");
        assert!(error.ends_with(hint), "{error}");
    }
}
