//! `debian_lock cache clean`.

use std::fs;

use crate::server::Server;
use crate::support::{files, World, SATURDAY};

#[test]
fn what_is_old_goes_and_the_next_run_gets_it_anew() {
    let server = Server::new(files("1", SATURDAY));
    let world = World::new(&server.debian());
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
