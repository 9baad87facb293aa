use std::fs;

use archive_fixture::Files;
use http_fixture::{Fault, Server};

use crate::support::{files, World, MANIFEST, SATURDAY, SUNDAY};

#[test]
fn a_lock_is_written_once() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let run = world.update(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("debian dists/bookworm/InRelease: "),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.ends_with("distro.lock.json: new\n"),
        "{}",
        run.stderr
    );
    let lock = world.read("distro.lock.json");
    assert!(lock.contains("\"distro\": \"distro\""), "{lock}");
    assert!(lock.contains("\"version\": \"6.4\""), "{lock}");
    assert_eq!(server.requests().len(), 2);

    let before = fs::metadata(world.path("distro.lock.json"))
        .unwrap()
        .modified()
        .unwrap();
    let run = world.update(&[]);
    assert!(
        run.stderr.ends_with("distro.lock.json: no change\n"),
        "{}",
        run.stderr
    );
    let after = fs::metadata(world.path("distro.lock.json"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after, "the file is not written");
    assert_eq!(world.read("distro.lock.json"), lock);
    assert_eq!(
        server.requests(),
        ["/debian/dists/bookworm/InRelease"],
        "the index is in the cache"
    );
}

#[test]
fn check_reports_changes_and_writes_nothing() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let run = world.update(&["--check"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (1, "distro.lock.json: new\n")
    );
    assert_eq!(world.update(&[]).code, 0);
    let run = world.update(&["--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let lock = world.read("distro.lock.json");
    server.serve(files("6.5", SUNDAY));
    let run = world.update(&["--check"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stdout,
        "distro.lock.json:\n  netbase amd64: 6.4 (bookworm) → 6.5 (bookworm)\n  \
         bookworm: 2026-07-11T10:16:37Z → 2026-07-12T10:16:37Z\n"
    );
    assert!(
        run.stderr.ends_with(
            "error: cannot confirm `distro.lock.json`: it is out of date\n\
             hint: run the same command without `--check`\n"
        ),
        "{}",
        run.stderr
    );
    assert_eq!(world.read("distro.lock.json"), lock);
    assert_eq!(world.update(&[]).code, 0);
    assert!(world
        .read("distro.lock.json")
        .contains("\"version\": \"6.5\""));
}

#[test]
fn the_next_url_is_used_if_one_fails() {
    let (good, stale) = (
        Server::new(files("6.4", SATURDAY)),
        Server::new(Files::new()),
    );
    let mirrors = format!(
        "http://127.0.0.1:1/debian {} {}",
        stale.root("debian"),
        good.root("debian")
    );
    let run = World::new(&mirrors).update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        stale.requests().len(),
        3,
        "InRelease, and the index by hash and by name"
    );
}

#[test]
fn temporary_failures_are_repeated() {
    let server = Server::new(files("6.4", SATURDAY));
    for (end, status) in [("InRelease", 503), ("Packages.xz", 429)] {
        server.fail(end, Fault::Status(status, 1));
    }
    let world = World::new(&server.root("debian"));
    let run = world.run(&["update", "distro.yaml", "--attempts", "2"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "/InRelease: the server answered 503 Service Unavailable; next attempt in 0.5 s\n"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn a_snapshot_comes_from_its_archive_and_may_be_old() {
    let server = Server::new(Files::new());
    let mut world = World::new(&server.root("debian"));
    world.set("HOME", "/nonexistent");
    let old = files("6.4", SATURDAY);
    let at = |path: &String| format!("20260711T120000Z/{path}");
    server.serve(files("6.5", SUNDAY));
    assert_eq!(world.update(&[]).code, 0);
    server.serve(
        old.iter()
            .map(|(path, bytes)| (at(path), bytes.clone()))
            .collect(),
    );
    let archive = server.root("debian").replace("/debian", "");
    let options = [
        "--snapshot",
        "2026-07-11T12:00:00Z",
        "--snapshot-archive",
        &archive,
    ];
    let run = world.update(&options);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("netbase amd64: 6.5 (bookworm) → 6.4 (bookworm)"),
        "{}",
        run.stderr
    );
}

#[test]
fn under_bazel_run_paths_are_relative_to_the_workspace() {
    let server = Server::new(files("6.4", SATURDAY));
    let mut world = World::new(&server.root("debian"));
    fs::create_dir(world.path("directory")).unwrap();
    fs::rename(
        world.path("distro.yaml"),
        world.path("directory/distro.yaml"),
    )
    .unwrap();
    fs::rename(world.path("keyrings"), world.path("directory/keyrings")).unwrap();
    let workspace = world.path("").to_str().unwrap().to_owned();
    world.set("BUILD_WORKSPACE_DIRECTORY", &workspace);
    let run = world.run(&["update", "directory/distro.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(world.path("directory/distro.lock.json").is_file());
}

#[test]
fn several_manifests_and_other_paths() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    world.write("other.yaml", MANIFEST);
    assert_eq!(world.update(&["other.yaml"]).code, 0);
    assert!(world
        .read("other.lock.json")
        .contains("\"distro\": \"other\""));
    fs::rename(world.path("keyrings"), world.path("keys")).unwrap();
    let run = world.update(&["--lock", "other.json", "--keyrings", "keys"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(world.read("other.json"), world.read("distro.lock.json"));
}

#[test]
fn a_lock_that_is_a_link_stays_one() {
    use std::os::unix::fs::symlink;
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    std::fs::create_dir_all(world.path("locks/deep")).unwrap();
    // A link to a link to a file that does not exist yet.
    symlink("locks/deep/second.json", world.path("distro.lock.json")).unwrap();
    symlink("../real.json", world.path("locks/deep/second.json")).unwrap();
    for version in ["6.4", "6.5"] {
        server.serve(files(version, SUNDAY));
        assert_eq!(world.update(&[]).code, 0);
        assert!(world.path("distro.lock.json").is_symlink());
        assert!(world.path("locks/deep/second.json").is_symlink());
        assert!(world
            .read("locks/real.json")
            .contains(&format!("\"{version}\"")));
    }
    assert!(world.update(&["--check"]).stdout.is_empty());
    symlink("loop.json", world.path("loop.json")).unwrap();
    assert_eq!(world.update(&["--lock", "loop.json"]).code, 1);
}
