//! `debian_lock why`, which reads only the lock.

use archive_fixture::{Archive, Key, Stanza};
use http_fixture::Server;

use crate::support::{World, SATURDAY};

#[test]
fn the_chain_from_a_requested_package() {
    let archive = Archive::new("bookworm").with("Date", SATURDAY);
    let files = archive
        .package(
            "amd64",
            &Stanza::new("netbase", "6").with("Depends", "lib-a"),
        )
        .package("amd64", &Stanza::new("lib-a", "1").with("Depends", "lib-b"))
        .package("amd64", &Stanza::new("lib-b", "2"))
        .files(&[&Key::new(1)]);
    let server = Server::new(files);
    let world = World::new(&server.root("debian"));
    let manifest = world.read("distro.yaml");
    world.write("distro.yaml", &manifest.replace("resolve: false\n", ""));
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    server.requests();
    let run = world.run(&["why", "--lock", "distro.lock.json", "lib-b", "netbase"]);
    assert_eq!(
        run.stdout,
        "distro.lock.json\n  \
           lib-b 2 (bookworm): netbase → lib-a → lib-b [amd64]\n    \
             needed by lib-a\n  \
           netbase 6 (bookworm): requested [amd64]\n"
    );
    assert!(server.requests().is_empty(), "no request is sent");
    let run = world.run(&["why", "--lock", "distro.lock.json", "lib-c"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "error: cannot explain `distro.lock.json`: cannot find package `lib-c`: the lock does not have it\n\
         hint: similar names: lib-a, lib-b\n"
    );
    let run = world.run(&["why", "--lock", "other.lock.json", "lib-b"]);
    let start = "error: cannot read `other.lock.json`: ";
    assert!(run.stderr.starts_with(start), "{}", run.stderr);
}
