//! `debian_lock indexes`, for other programs.

use http_fixture::Server;

use crate::support::{files, World, SATURDAY};

#[test]
fn a_file_for_each_source_and_architecture() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let run = world.run(&[
        "indexes",
        "distro.yaml",
        "--output",
        "texts",
        "--cache",
        "cache",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = world.read("texts/bookworm/amd64.Packages");
    assert!(
        text.starts_with("Package: netbase\nVersion: 6.4\n"),
        "{text}"
    );
    assert!(!world.path("distro.lock.json").exists());
}
