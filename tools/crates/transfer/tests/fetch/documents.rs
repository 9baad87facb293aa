use std::io::{self, Read};

use http_fixture::{Fault, Reply, Server, Service};
use transfer::{Documents, Failure, Netrc, Times};

use crate::support::{content, server, World, LIMIT, PATH};

/// Downloads a URL into memory.
fn get(world: &World, url: &str, limit: u64) -> Result<(Vec<u8>, Times), Failure> {
    let documents = Documents::new(&world.options, Netrc::default(), &world.progress);
    documents.get(url, limit, |reader| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

fn url(server: &Server) -> String {
    format!("{}/{PATH}", server.root("root"))
}

fn failure(fault: Fault, attempts: u32) -> String {
    let server = server();
    server.fail(PATH, fault);
    let mut world = World::new();
    world.options.attempts = attempts;
    let failure = get(&world, &url(&server), LIMIT).unwrap_err();
    failure.cause().to_owned()
}

#[test]
fn the_times_that_the_server_states() {
    let service = Service::new(|request| Reply {
        status: 200,
        headers: match &*request.path {
            "/both" => vec![
                "Last-Modified: Sat, 21 Nov 2026 02:34:56 GMT".to_owned(),
                "Date: Sat, 21 Nov 2026 03:00:00 GMT".to_owned(),
            ],
            "/bad" => vec!["Last-Modified: yesterday".to_owned()],
            _ => Vec::new(),
        },
        body: b"a document".to_vec(),
    });
    let times = |path: &str| {
        let (bytes, times) = get(&World::new(), &format!("{}{path}", service.url()), 10).unwrap();
        assert_eq!(bytes, b"a document");
        let text = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
        (text(times.modified), text(times.date))
    };
    let some = |text: &str| Some(text.to_owned());
    let both = (some("2026-11-21T02:34:56Z"), some("2026-11-21T03:00:00Z"));
    assert_eq!(times("/both"), both);
    assert_eq!(times("/none"), (None, None));
    assert_eq!(times("/bad"), (None, None));
}

#[test]
fn each_attempt_begins_again() {
    let server = server();
    server.fail(PATH, Fault::Status(503, 2));
    let mut world = World::new();
    world.options.attempts = 3;
    let (bytes, _) = get(&world, &url(&server), LIMIT).unwrap();
    assert_eq!(bytes, content());
    assert!(
        world.lines().contains("next attempt in 0.5 s"),
        "{}",
        world.lines()
    );
    assert!(world.lines().contains(": 512 B in "), "{}", world.lines());
}

#[test]
fn failures_of_connections_and_servers() {
    for (fault, cause) in [
        (Fault::HangUp, "connection interrupted"),
        (Fault::Truncate, "connection interrupted"),
        (Fault::Length(9), "connection interrupted"),
        (
            Fault::Status(500, 9),
            "the server answered 500 Internal Server Error",
        ),
        (Fault::Status(404, 9), "the server answered 404 Not Found"),
        (Fault::Status(204, 9), "the server answered 204 No Content"),
        (Fault::Endless, "more than 8388608 bytes"),
    ] {
        assert_eq!(failure(fault, 1), cause, "{fault:?}");
    }
}

#[test]
fn a_document_that_is_too_large() {
    let server = server();
    let failure = get(&World::new(), &url(&server), 511).unwrap_err();
    assert_eq!(failure.cause(), "more than 511 bytes");
    assert!(matches!(failure, Failure::Missing(_)));
    assert!(get(&World::new(), &url(&server), 512).is_ok());
}

#[test]
fn a_failure_to_store_is_not_repeated() {
    let server = server();
    let mut world = World::new();
    world.options.attempts = 3;
    let documents = Documents::new(&world.options, Netrc::default(), &world.progress);
    let store = |_: &mut dyn Read| -> io::Result<()> { Err(io::Error::other("disk full")) };
    let failure = documents.get(&url(&server), LIMIT, store).unwrap_err();
    assert_eq!(failure.cause(), "it cannot be stored: disk full");
    assert_eq!(server.requests().len(), 1);
}
