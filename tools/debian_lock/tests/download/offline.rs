use std::fs;

use archive_fixture::{Archive, Key, Stanza};
use http_fixture::Server;

use crate::support::{files, World, SATURDAY, SUNDAY};

#[test]
fn offline_the_last_run_is_repeated() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let start = "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download ";
    let end = ": not in the cache, and `--offline` forbids network access\nhint: run once without `--offline`\n";
    assert_eq!(
        world.error(&["--offline"]),
        format!(
            "{start}`dists/bookworm/InRelease`: {}/dists/bookworm/InRelease{end}",
            server.root("debian")
        )
    );
    assert_eq!(world.update(&[]).code, 0);
    let lock = world.read("distro.lock.json");
    server.requests();
    server.serve(files("6.5", SUNDAY));
    fs::remove_file(world.path("distro.lock.json")).unwrap();
    let run = world.update(&["--offline"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(world.read("distro.lock.json"), lock);
    assert!(server.requests().is_empty());

    world.forget(&["sha256", "derived"]);
    // The result of the last run confirms the lock without an index.
    assert_eq!(world.update(&["--offline"]).code, 0);
    world.forget(&["results"]);
    let error = world.error(&["--offline"]);
    assert!(error.starts_with(start) && error.ends_with(end), "{error}");
    assert!(error.contains("Packages.xz`: "), "{error}");
}

#[test]
fn offline_a_negative_answer_is_used() {
    let archive = Archive::new("bookworm").with("Date", SATURDAY);
    let archive = archive.packages(&["amd64", "armhf"], &Stanza::new("netbase", "6.4"));
    let mut files = archive.files(&[&Key::new(1)]);
    files.retain(|path, _| !path.contains("binary-armhf"));
    let server = Server::new(files);
    let world = World::new(&server.root("debian"));
    let manifest = world
        .read("distro.yaml")
        .replace("[amd64]", "[amd64, armhf]");
    let manifest = manifest.replace(
        "    signed_by: test-keyring\n",
        "    signed_by: test-keyring\n    may_lack: [armhf]\n",
    );
    let manifest = manifest.replace("[netbase]", "[\"netbase [amd64]\"]");
    world.write("distro.yaml", &manifest);
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lock = world.read("distro.lock.json");
    let run = world.update(&["--offline"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("404"), "{}", run.stderr);
    assert_eq!(world.read("distro.lock.json"), lock);
}

#[test]
fn the_last_response_is_not_used_with_a_network() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    assert_eq!(world.update(&[]).code, 0);
    server.serve(archive_fixture::Files::new());
    let error = world.error(&[]);
    assert!(
        error.contains("the server answered 404 Not Found"),
        "{error}"
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_noted() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let options = ["--cache", "distro.yaml/cache", "--attempts", "1"];
    let run = world.run(&[&["update", "distro.yaml"][..], &options].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let note =
        "note: cannot create directory `distro.yaml/cache/sha256`: Not a directory (os error 20)\n";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}

#[test]
fn several_processes_share_a_cache() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    for name in ["a.yaml", "b.yaml", "c.yaml", "d.yaml"] {
        world.write(name, &world.read("distro.yaml"));
    }
    std::thread::scope(|scope| {
        for name in ["a.yaml", "b.yaml", "c.yaml", "d.yaml"] {
            let world = &world;
            scope.spawn(move || {
                let run = world.run(&["update", name, "--cache", "cache", "--attempts", "1"]);
                assert_eq!(run.code, 0, "{}", run.stderr);
            });
        }
    });
    assert_eq!(world.update(&["--offline"]).code, 0);
    let left = fs::read_dir(world.path("cache/partial")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn a_check_says_the_same_with_and_without_an_earlier_result() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    assert_eq!(world.update(&[]).code, 0);
    let check = |more: &[&str]| {
        let options = "--check --offline --report report.md --json report.json --now";
        let mut options: Vec<&str> = options.split(' ').collect();
        options.extend(["2026-12-24T00:00:00Z", "--max-age", "1"]);
        options.extend(more);
        let run = world.update(&options);
        let reports =
            ["report.md", "report.json"].map(|name| fs::read_to_string(world.path(name)).ok());
        // The first line counts bytes and seconds.
        let (_, stderr) = run.stderr.split_once('\n').unwrap();
        (run.code, run.stdout, stderr.to_owned(), reports)
    };
    for more in [&[][..], &["--exit-code"], &["--security"]] {
        let with = check(more);
        assert!(with.2.contains("warning: "), "{}", with.2);
        world.forget(&["results"]);
        assert_eq!(check(more), with);
        assert_eq!(check(more), with);
    }
    let manifest = world.read("distro.yaml");
    world.write("distro.yaml", &manifest.replace("[netbase]", "[]"));
    let with = check(&[]);
    assert_eq!(with.0, 1, "{}", with.2);
    // The result of the other manifest does not confirm this lock, and a lock that differs is not confirmed.
    assert_eq!(check(&[]), with);
    world.forget(&["results"]);
    assert_eq!(check(&[]), with);
}
