use std::fs;

use http_fixture::Files;

use crate::support::{bytes, content, error, missing, server, World, PATH};

#[test]
fn offline_the_last_response_is_used() {
    let server = server();
    let root = server.root("root");
    let mut world = World::new();
    world.options.offline = true;
    let not_cached = format!(
        "cannot download `{PATH}`: {root}/{PATH}: not in the cache, and `--offline` forbids network access\n\
         hint: run once without `--offline`"
    );
    assert_eq!(error(world.fetch_any(&root)), not_cached);
    assert_eq!(error(world.fetch(&root, &[PATH])), not_cached);
    assert!(server.requests().is_empty());
    world.options.offline = false;
    assert_eq!(bytes(world.fetch_any(&root)), content());
    server.serve(Files::new());
    world.options.offline = true;
    assert_eq!(bytes(world.fetch_any(&root)), content());
    world.options.offline = false;
    assert!(missing(world.fetch_any(&root)).contains("404"));
}

#[test]
fn offline_a_negative_answer_is_used() {
    let server = server();
    server.serve(Files::new());
    let root = server.root("root");
    let mut world = World::new();
    let reason = missing(world.fetch(&root, &[PATH]));
    assert!(reason.ends_with("404 Not Found"), "{reason}");
    world.options.offline = true;
    assert_eq!(missing(world.fetch(&root, &[PATH])), reason);
}

#[test]
fn a_cache_that_cannot_be_written_is_noted() {
    let server = server();
    let world = World::new();
    fs::write(world.path("cache"), "").unwrap();
    assert_eq!(bytes(world.fetch(&server.root("root"), &[PATH])), content());
    let directory = world.path("cache/sha256");
    let note = format!(
        "note: cannot create directory `{}`: Not a directory (os error 20)\n",
        directory.display()
    );
    assert!(world.lines().contains(&note), "{}", world.lines());
}
