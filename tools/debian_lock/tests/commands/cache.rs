//! `debian_lock cache clean`.

use std::fs;

use http_fixture::Server;

use crate::support::{files, World, SATURDAY};

#[test]
fn unused_files_are_removed_and_downloaded_again() {
    let server = Server::new(files("1", SATURDAY));
    let world = World::new(&server.root("debian"));
    assert_eq!(world.update(&[]).code, 0);
    let count = || fs::read_dir(world.path("cache/sha256")).unwrap().count();
    assert_eq!(count(), 1);
    let run = world.run(&["cache", "clean", "--cache", "cache"]);
    assert_eq!(run.stderr, "0 files deleted, 0.0 MB\n");
    assert_eq!(count(), 1, "it was used today");
    let run = world.run(&["cache", "clean", "--cache", "cache", "--older-than", "0"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(count(), 0);
    assert_eq!(world.update(&["--check"]).code, 0);
    let run = world.run(&["cache", "clean", "--cache", "none"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, "0 files deleted, 0.0 MB\n")
    );
}
