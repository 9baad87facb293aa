//! `debian_lock chain`: the files of repositories that prove a lock.

use archive_fixture::sha256;
use http_fixture::Server;

use crate::support::{files, World, SATURDAY, SUNDAY};

/// A workspace with a lock, and the server of its repository.
fn locked() -> (Server, World) {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    (server, world)
}

const CHAIN: [&str; 8] = [
    "chain",
    "distro.lock.json",
    "--output",
    "chain",
    "--cache",
    "other_cache",
    "--attempts",
    "1",
];

#[test]
fn the_files_that_a_lock_names() {
    let (server, world) = locked();
    let run = world.run(&CHAIN);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("distro/bookworm: 2 files\n"),
        "{}",
        run.stderr
    );
    let lock = world.read("distro.lock.json");
    for name in ["InRelease", "main/binary-amd64/Packages.xz"] {
        let bytes = std::fs::read(world.path("chain/distro/bookworm").join(name)).unwrap();
        assert!(lock.contains(&sha256(&bytes)), "{name}");
    }
    // Complete files are not requested again.
    server.requests();
    let run = world.run(&CHAIN);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("distro/bookworm: complete\n"),
        "{}",
        run.stderr
    );
    assert!(server.requests().is_empty());
}

#[test]
fn a_repository_that_changed_does_not_have_the_files() {
    let (server, world) = locked();
    server.serve(files("6.5", SUNDAY));
    let archive = server.root("none");
    let mut arguments = CHAIN.to_vec();
    arguments.extend(["--snapshot-archive", &archive]);
    let run = world.run(&arguments);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let start = "error: cannot complete chain of `distro.lock.json`: cannot download `distro/bookworm/InRelease`, `distro/bookworm/main/binary-amd64/Packages.xz`: dists/bookworm/InRelease has digest sha256:";
    assert!(run.stderr.contains(start), "{}", run.stderr);
    assert!(!world.path("chain").exists());
}

#[test]
fn the_snapshot_archive_keeps_the_files() {
    let (server, world) = locked();
    let old = files("6.4", SATURDAY);
    let mut all = files("6.5", SUNDAY);
    // 12 hours after the date of the Release.
    let state = old.into_iter();
    all.extend(state.map(|(path, bytes)| (format!("debian/20260711T221637Z/{path}"), bytes)));
    server.serve(all);
    let archive = server.root("kept");
    let mut arguments = CHAIN.to_vec();
    arguments.extend(["--snapshot-archive", &archive]);
    let run = world.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn packages_by_url_have_no_chain() {
    let (_server, world) = locked();
    let lock = world.read("distro.lock.json");
    let mut value: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let package = &mut value["packages"]["netbase"]["amd64"];
    let package = package.as_object_mut().unwrap();
    package.remove("suite");
    package.remove("filename");
    let urls = serde_json::json!(["https://example.com/netbase.deb"]);
    package.insert("urls".to_owned(), urls);
    world.write("distro.lock.json", &value.to_string());
    let run = world.run(&CHAIN);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = "distro: without a chain, because no signed repository has them: netbase\n";
    assert!(run.stderr.contains(line), "{}", run.stderr);
}
