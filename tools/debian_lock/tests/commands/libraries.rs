//! `debian_lock libraries`: which package has which library.

use archive_fixture::{gzip, Archive, Files, Key, Stanza};
use http_fixture::Server;

use crate::support::World;

const LIST: &str = "\
usr/bin/hello                               utils/hello
usr/lib/x86_64-linux-gnu/libz.so.1\t\t\tlibs/zlib1g
usr/lib/x86_64-linux-gnu/libz.so.1.2.13     libs/zlib1g
usr/lib/x86_64-linux-gnu/libz.so            libdevel/zlib1g-dev
lib/x86_64-linux-gnu/libblas.so.3           libs/libopenblas0,libs/libblas3
";

fn archive(list: &[u8]) -> Files {
    let archive = Archive::new("bookworm").package("amd64", &Stanza::new("netbase", "6.4"));
    let archive = archive.file("main/Contents-amd64.gz", list);
    archive.files(&[&Key::new(1)])
}

fn world(files: Files) -> (Server, World) {
    let server = Server::new(files);
    let world = World::new(&server.root("debian"));
    (server, world)
}

const COMMAND: [&str; 6] = [
    "libraries",
    "distro.yaml",
    "--cache",
    "cache",
    "--attempts",
    "1",
];

#[test]
fn a_line_for_each_library() {
    let (_server, world) = world(archive(&gzip(LIST.as_bytes())));
    let run = world.run(&COMMAND);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        world.read("distro.libraries.json"),
        "{\n  \"distro\": \"distro\",\n  \"libraries\": {\n    \
         \"libblas.so.3\": \"libblas3|libopenblas0\",\n    \"libz.so.1\": \"zlib1g\"\n  },\n  \"version\": 1\n}\n"
    );
    assert!(!world.path("distro.lock.json").exists());
}

#[test]
fn a_list_that_is_not_signed_is_not_used() {
    let mut files = archive(&gzip(LIST.as_bytes()));
    files.retain(|path, _| !path.contains("by-hash"));
    let list = "dists/bookworm/main/Contents-amd64.gz".to_owned();
    assert!(files
        .insert(list, gzip(b"lib/libevil.so.1 x/y\n"))
        .is_some());
    let (_server, world) = world(files);
    let run = world.run(&COMMAND);
    assert_eq!(run.code, 1);
    let error = "error: cannot list libraries of `distro.yaml`: cannot find `libraries`: no repository of the manifest lists any\n";
    assert!(run.stderr.ends_with(error), "{}", run.stderr);
    assert!(!world.path("distro.libraries.json").exists());
}

#[test]
fn a_truncated_list() {
    let list = gzip(LIST.as_bytes());
    let (_server, world) = world(archive(&list[..list.len() / 2]));
    let run = world.run(&COMMAND);
    assert_eq!(run.code, 1);
    let error = "cannot use source `bookworm`: cannot read `bookworm main/Contents-amd64.gz`: ";
    assert!(run.stderr.contains(error), "{}", run.stderr);
    assert!(!world.path("distro.libraries.json").exists());
}
