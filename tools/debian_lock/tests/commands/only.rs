//! `debian_lock update --only`.

use archive_fixture::{Archive, Files, Key, Stanza};
use http_fixture::Server;

use crate::support::{World, SATURDAY, SUNDAY};

fn two(version: &str, date: &str) -> Files {
    let archive = Archive::new("bookworm").with("Date", date);
    archive
        .package("amd64", &Stanza::new("netbase", version))
        .package("amd64", &Stanza::new("tzdata", version))
        .files(&[&Key::new(1)])
}

#[test]
fn other_packages_are_kept() {
    let server = Server::new(two("1", SATURDAY));
    let world = World::new(&server.root("debian"));
    let manifest = world.read("distro.yaml");
    world.write(
        "distro.yaml",
        &manifest.replace("[netbase]", "[netbase, tzdata]"),
    );
    assert_eq!(
        world.error(&["--only", "tzdata"]),
        "error: cannot lock `distro.yaml`: cannot use option `--only`: there is no lock yet, so no other packages can be kept\n\
         hint: run once without `--only`\n"
    );
    assert_eq!(world.update(&[]).code, 0);
    let before = world.read("distro.lock.json");
    assert_eq!(world.update(&["--only", "tzdata"]).code, 0);
    assert_eq!(world.read("distro.lock.json"), before);

    server.serve(two("2", SUNDAY));
    let run = world.update(&["--only", "tzdata"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let start = run.stderr.find("distro.lock.json:").unwrap();
    assert_eq!(
        run.stderr[start..],
        *"distro.lock.json:\n  \
            netbase amd64: 1: other fields differ\n  \
            tzdata amd64: 1 (bookworm) → 2 (bookworm)\n  \
            bookworm: 2026-07-11T10:16:37Z → 2026-07-12T10:16:37Z\n  \
            bookworm@2026-07-11T10:16:37Z: added, of 2026-07-11T10:16:37Z\n"
    );
    let again = world.read("distro.lock.json");
    assert_eq!(world.update(&["--only", "tzdata"]).code, 0);
    assert_eq!(world.read("distro.lock.json"), again);
    assert_eq!(world.update(&[]).code, 0);
    let all = world.read("distro.lock.json");
    assert!(!all.contains('@'), "{all}");
}
