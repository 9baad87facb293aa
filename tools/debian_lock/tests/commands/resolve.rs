//! `debian_lock resolve`: prints dependencies, and writes no file.

use archive_fixture::{Archive, Files, Key, Stanza};
use http_fixture::Server;

use crate::support::{World, SATURDAY};

/// An editor with its dependencies, for two architectures.
fn editor() -> Files {
    let both = ["amd64", "riscv64"];
    let archive = Archive::new("bookworm").with("Date", SATURDAY);
    let editor = Stanza::new("editor", "1:2.0-1").with("Depends", "libtext (>= 1), spell");
    archive
        .packages(&both, &editor)
        .packages(&both, &Stanza::new("libtext", "1.2"))
        .packages(
            &both,
            &Stanza::new("hunspell", "3").with("Provides", "spell"),
        )
        .files(&[&Key::new(1)])
}

fn world(server: &Server) -> World {
    let world = World::new(&server.root("debian"));
    let manifest = world.read("distro.yaml").replace("[netbase]", "[]");
    world.write("distro.yaml", &manifest);
    world
}

const FLAGS: [&str; 6] = [
    "--manifest",
    "distro.yaml",
    "--cache",
    "cache",
    "--attempts",
    "1",
];

fn resolve(world: &World, arguments: &[&str]) -> crate::support::Run {
    world.run(&[&["resolve"], &FLAGS[..], arguments].concat())
}

#[test]
fn a_table_for_people() {
    let server = Server::new(editor());
    let world = world(&server);
    let run = resolve(&world, &["--arch", "amd64", "editor"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "editor    1:2.0-1  amd64  bookworm  requested\n\
         hunspell  3        amd64  bookworm  dependency of editor\n\
         libtext   1.2      amd64  bookworm  dependency of editor\n"
    );
    assert!(!world.path("distro.lock.json").exists());
    let foreign = resolve(&world, &["--arch", "riscv64", "libtext"]);
    assert_eq!(
        foreign.stdout, "libtext  1.2  riscv64  bookworm  requested\n",
        "though the manifest does not name the architecture"
    );
    let nothing = resolve(&world, &["--arch", "amd64"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, ""));
}

#[test]
fn json_for_programs() {
    let server = Server::new(editor());
    let run = resolve(&world(&server), &["--arch", "amd64", "--json", "libtext"]);
    let parsed: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        parsed,
        serde_json::json!([{
            "architecture": "amd64",
            "depends": [],
            "name": "libtext",
            "reason": "requested",
            "sha256": archive_fixture::sha256(b"libtext 1.2 amd64"),
            "size": 17,
            "suite": "bookworm",
            "version": "1.2",
        }])
    );
}

#[test]
fn without_a_package_that_is_needed() {
    let server = Server::new(editor());
    let run = resolve(&world(&server), &["--arch", "amd64", "editor", "-hunspell"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("hunspell"), "{}", run.stdout);
    let unmet = "unmet: editor for amd64 needs spell\n";
    assert!(run.stderr.contains(unmet), "{}", run.stderr);
}

#[test]
fn requests_that_fail() {
    let server = Server::new(editor());
    let world = world(&server);
    let run = resolve(&world, &["--arch", "amd64", "edito"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr[run.stderr.find("error").unwrap()..],
        *"error: cannot resolve `distro.yaml`: cannot find package `edito`: there is none for amd64 (searched bookworm)\n\
          hint: names similar to `edito`: editor\n"
    );
    let run = resolve(&world, &["--arch", "x86_64", "editor"]);
    assert_eq!(
        run.stderr,
        "error: cannot resolve `distro.yaml`: cannot read architecture `x86_64`: expected lower-case letters, digits and `-`\n\
         hint: Debian calls this architecture `amd64`\n"
    );
}
