use blob::Digest;
use http_fixture::{Fault, Files, Server};

use crate::support::World;
use crate::world::{fixed, lock_file, service, tracker, world, DOCUMENT, TIME};

/// The error of a run, after which the lock is as before and no other file is there.
fn error(world: &World, options: &[&str]) -> String {
    let before = lock_file(world);
    let run = tracker(world, options);
    assert_eq!((run.code, &*run.stdout), (1, ""), "{}", run.stderr);
    assert_eq!(world.read("tracker.json"), before);
    let files = std::fs::read_dir(world.path("")).unwrap();
    let files = files.map(|file| file.unwrap().file_name());
    let hidden = files.filter(|name| name.to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0);
    let start = run.stderr.find("error: ").unwrap();
    run.stderr[start..].trim_end().to_owned()
}

/// The error of a document.
fn error_of(document: &str) -> String {
    let world = world();
    world.write("other.json", document);
    error(&world, &["--file", "other.json", "--time", TIME])
}

#[test]
fn documents_that_are_not_the_tracker() {
    for (document, expected) in [
        ("<!DOCTYPE html>\n<html>", "cannot read `other.json`: it is a page for browsers, not JSON"),
        (&DOCUMENT[..100], "cannot read `other.json`: at `netbase/CVE-2024-0001/releases/bookworm/status`: it is truncated"),
        ("Not found", "cannot read `other.json`: expected value at line 1 column 1"),
        (r#"{"linux":{}}"#, "cannot use document `other.json`: it has no issue of the 1 source packages that the locks name"),
        (r#"{"netbase":{},"netbase":{}}"#, "cannot read `other.json`: the key `netbase` occurs twice"),
        (r#"{"netbase":{"CVE-1":{"releases":{"bookworm":{"status":"closed"}}}}}"#, "cannot read `other.json`: at `netbase/CVE-1/releases/bookworm/status`: unknown variant `closed`"),
    ] {
        let error = error_of(document);
        assert!(error.starts_with(&format!("error: {expected}")), "{error}");
    }
}

#[test]
fn a_wrong_hash() {
    let world = world();
    let (wrong, right) = (
        Digest::of(b"x").hex(),
        Digest::of(DOCUMENT.as_bytes()).hex(),
    );
    let options = ["--time", TIME, "--sha256", &wrong];
    assert_eq!(
        error(&world, &[&["--file", "document.json"][..], &options].concat()),
        format!("error: cannot use document `document.json`: expected sha256:{wrong}, found sha256:{right}")
    );
    let server = service("<html>", &[]);
    let error = error(&world, &[&["--url", &server.url()][..], &options].concat());
    let start = format!("error: cannot use document `{}`: expected", server.url());
    assert!(error.starts_with(&start), "{error}");
}

#[test]
fn a_document_without_a_time() {
    let expected = |name: &str| {
        format!(
            "error: cannot use document `{name}`: its time is unknown\n\
             hint: give the time at which it was downloaded: `--time 2026-11-21T02:34:56Z`"
        )
    };
    let world = world();
    world.write("other.json", &fixed());
    assert_eq!(
        error(&world, &["--file", "other.json"]),
        expected("other.json")
    );
    let server = service(&fixed(), &["Date: today"]);
    assert_eq!(
        error(&world, &["--url", &server.url()]),
        expected(&server.url())
    );
    std::fs::remove_file(world.path("tracker.json")).unwrap();
    let run = tracker(&world, &["--file", "other.json"]);
    assert_eq!(run.stderr.trim_end(), expected("other.json"));
    assert!(!world.path("tracker.json").exists());
}

#[test]
fn an_older_document() {
    let world = world();
    world.write("other.json", &fixed());
    assert_eq!(
        error(&world, &["--file", "other.json", "--time", "2026-11-20T00:00:00Z"]),
        "error: cannot use document `other.json`: its time is 2026-11-20T00:00:00Z, and the lock has a document of 2026-11-21T02:34:56Z\n\
         hint: to go back to an older document, delete the lock first"
    );
}

#[test]
fn servers_that_fail() {
    for (fault, cause) in [
        (Fault::Truncate, "connection interrupted"),
        (Fault::HangUp, "connection interrupted"),
        (Fault::Status(404, 9), "the server answered 404 Not Found"),
        (
            Fault::Status(503, 9),
            "the server answered 503 Service Unavailable",
        ),
    ] {
        let files = Files::from([("json".to_owned(), DOCUMENT.as_bytes().to_vec())]);
        let server = Server::new(files);
        server.fail("json", fault);
        let world = world();
        let url = format!("{}/json", server.root("data"));
        assert_eq!(
            error(&world, &["--url", &url, "--time", TIME]),
            format!("error: cannot download `{url}`: {cause}\nhint: download it in another way, and give it with `--file FILE --time TIME`"),
            "{fault:?}"
        );
    }
    assert_eq!(
        error(&world(), &["--offline"]),
        "error: cannot download `https://security-tracker.debian.org/tracker/data/json`: `--offline` forbids network access\n\
         hint: give a document that was downloaded before: `--file FILE`"
    );
    let error = error(&world(), &["--url", "http://me:secret@127.0.0.1:1/json"]);
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn files_that_cannot_be_read() {
    let world = world();
    let time = ["--time", TIME];
    assert_eq!(
        error(&world, &[&["--file", "none.json"][..], &time].concat()),
        "error: cannot read `none.json`: No such file or directory (os error 2)"
    );
    assert_eq!(
        error(&world, &[&["--file", "keyrings"][..], &time].concat()),
        "error: cannot read `keyrings`: it is not a regular file"
    );
    world.write("tracker.json", "{}");
    let run = tracker(&world, &[&["--file", "document.json"][..], &time].concat());
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "error: cannot read tracker lock `tracker.json`: missing field `version` at line 1 column 2\n\
         hint: restore it from version control, or lock the tracker again\n"
    );
    assert_eq!(world.read("tracker.json"), "{}");
}

#[test]
fn options_with_wrong_values() {
    let world = world();
    for (options, expected) in [
        (
            &["--time", "today"][..],
            "expected a time like 2026-11-21T02:34:56Z",
        ),
        (&["--sha256", "00"], "expected 64 hexadecimal digits"),
        (&["--file", "a", "--url", "b"], "cannot be used with"),
    ] {
        let run = tracker(&world, options);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    let lock = world.read("debian12.lock.json");
    world.write(
        "debian12.lock.json",
        &lock.replace(r#""archive": "debian""#, r#""url": "https://a.example""#),
    );
    let run = tracker(&world, &["--file", "document.json", "--time", TIME]);
    assert_eq!(
        run.stderr,
        "error: cannot lock tracker `tracker.json`: the locks have no source of a Debian release\n\
         hint: name the release: `--release bookworm`\n"
    );
}
