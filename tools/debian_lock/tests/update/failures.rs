use http_fixture::{Fault, Server};

use crate::support::{files, World, MANIFEST, SATURDAY, SUNDAY};

#[test]
fn a_failing_url_is_named_with_a_hint() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    assert_eq!(world.update(&[]).code, 0);
    server.serve(files("6.5", SUNDAY));
    server.fail("InRelease", Fault::Status(500, 9));
    assert_eq!(
        world.error(&[]),
        format!(
            "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: \
             {}/dists/bookworm/InRelease: the server answered 500 Internal Server Error\n\
             hint: set DEBIAN_MIRROR to the URL of an available mirror\n",
            server.root("debian")
        )
    );
}

#[test]
fn bad_servers() {
    for (fault, words) in [
        (Fault::Truncate, "InRelease: "),
        (Fault::Redirect, "redirects"),
        (Fault::HangUp, "InRelease: "),
        (Fault::Status(404, 9), "the server answered 404 Not Found"),
        (Fault::Status(403, 9), "the server answered 403 Forbidden"),
    ] {
        let server = Server::new(files("6.4", SATURDAY));
        server.fail("InRelease", fault);
        let error = World::new(&server.root("debian")).error(&[]);
        assert!(error.contains(words), "{fault:?}: {error}");
    }
}

#[test]
fn a_failed_download_of_an_index_is_an_error() {
    let server = Server::new(files("6.4", SATURDAY));
    server.fail("Packages.xz", Fault::Status(500, 9));
    let mut lost = files("6.4", SATURDAY);
    lost.retain(|path, _| !path.contains("by-hash"));
    server.serve(lost);
    let world = World::new(&server.root("debian"));
    let manifest = MANIFEST.replace("    signed_by", "    may_lack: [amd64]\n    signed_by");
    world.write("distro.yaml", &manifest);
    let error = world.error(&[]);
    assert!(
        error.contains("cannot download `dists/bookworm/main/binary-amd64/Packages.xz`"),
        "{error}"
    );
}

#[test]
fn a_mirror_that_is_inconsistent() {
    let server = Server::new(files("6.4", SATURDAY));
    let mut mixed = files("6.4", SATURDAY);
    for (path, bytes) in files("6.10", SUNDAY) {
        if !path.ends_with("InRelease") && !path.contains("by-hash") {
            mixed.insert(path, bytes);
        }
    }
    mixed.retain(|path, _| !path.contains("by-hash"));
    server.serve(mixed);
    let error = World::new(&server.root("debian")).error(&[]);
    assert!(
        error.contains("no index main/binary-amd64/Packages that the archive serves matches its signed Release"),
        "{error}"
    );
    assert!(error.contains(" bytes, found "), "{error}");
}

#[test]
fn one_failure_of_several_changes_no_lock() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    let other = MANIFEST.replace("packages: [netbase]", "packages: [netbaze]");
    world.write("other.yaml", &other);
    assert_eq!(
        world.error(&["other.yaml"]),
        "error: cannot lock `other.yaml`: cannot find package `netbaze`: there is none for amd64 (searched bookworm)\n\
         hint: names similar to `netbaze`: netbase\n"
    );
    assert!(!world.path("distro.lock.json").exists());
}

#[test]
fn passwords_are_not_shown() {
    let server = Server::new(files("6.4", SATURDAY));
    let mirror = format!("http://user:secret@127.0.0.1:{}/debian", server.port());
    let world = World::new(&mirror);
    let run = world.update(&[]);
    assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    server.fail("InRelease", Fault::Status(401, 9));
    let error = world.error(&[]);
    assert!(!error.contains("secret"), "{error}");
    assert!(error.contains("http://***@127.0.0.1"), "{error}");
}

#[test]
fn invalid_locks_are_not_overwritten() {
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    assert_eq!(world.update(&[]).code, 0);
    let good = world.read("distro.lock.json");
    world.write(
        "distro.lock.json",
        &good.replace("\"version\": 1\n", "\"version\": 2\n"),
    );
    assert_eq!(
        world.error(&[]),
        "error: cannot read lock `distro.lock.json`: $.version: expected 1 or older, found 2\n\
         hint: use the version of distroless that wrote it, or a newer one\n"
    );
    world.write(
        "distro.lock.json",
        &good.replace("\"size\": 1", "\"size\": -1"),
    );
    let error = world.error(&[]);
    assert!(
        error.starts_with("error: cannot read lock `distro.lock.json`: $."),
        "{error}"
    );
    assert!(
        error.contains("expected a whole number, found -1"),
        "{error}"
    );
}

#[test]
fn invalid_manifests() {
    let world = World::new("http://127.0.0.1:1/debian");
    for (from, to, message) in [
        (
            "resolve:",
            "resolv:",
            "unknown field `resolv`, expected one of `version`, `sources`, `debs`, `archs`, `architecture_all_from`, `resolve`, `essential`, `packages`, `skip_missing` at line 7 column 1",
        ),
        ("archs:", "version: 1\narchs:", "duplicate field `version` at line 6 column 1"),
        ("[amd64]", "5", "archs: invalid type: integer `5`, expected a sequence at line 6 column 8"),
        ("[netbase]", "[netbase", "line 8"),
    ] {
        world.write("distro.yaml", &MANIFEST.replace(from, to));
        let error = world.error(&[]);
        let start = "error: cannot read manifest `distro.yaml`: ";
        assert!(error.starts_with(start) && error.contains(message), "{error}");
    }
    world.write("distro.yaml", MANIFEST);
    let keyring = MANIFEST.replace("test-keyring", "other-keyring");
    world.write("distro.yaml", &keyring);
    let error = world.error(&[]);
    assert!(
        error.contains("cannot read keyring `keyrings/other-keyring`: No such file"),
        "{error}"
    );
    assert!(
        error.ends_with("hint: put the repository's public keys at keyrings/other-keyring.asc\n"),
        "{error}"
    );
    let debian = MANIFEST.replace("test-keyring", "debian-archive-keyring");
    world.write("distro.yaml", &debian);
    let error = world.error(&[]);
    assert!(
        error.ends_with("hint: put the repository's public keys at keyrings/debian-archive-keyring.asc, from Debian's package debian-archive-keyring\n"),
        "{error}"
    );
    world.write("distro.yaml", &MANIFEST.replace("test-keyring", "../keys"));
    assert!(world
        .error(&[])
        .contains("cannot use keyring `../keys`: expected the name of a file"));
}

#[test]
fn options_that_make_no_sense() {
    let world = World::new("http://127.0.0.1:1/debian");
    assert_eq!(
        world.error(&["other.yaml", "--lock", "x.json"]),
        "error: cannot use option `--lock`: it names one file for several manifests\n\
         hint: omit `--lock`: each lock is written next to its manifest\n"
    );
    let error = world.error(&["--snapshot", "yesterday"]);
    assert!(
        error.contains("expected a time like 2026-11-21T02:34:56Z"),
        "{error}"
    );
    let run = world.run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let run = world.run(&["update", "--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("--snapshot <TIME>"), "{}", run.stdout);
}

#[test]
fn a_repository_without_a_url() {
    let world = World::new("http://127.0.0.1:1/debian");
    world.write(
        "distro.yaml",
        &MANIFEST.replace("archive: debian", "archive: no-such-archive"),
    );
    assert_eq!(
        world.error(&[]),
        "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot find a URL of repository `no-such-archive`: \
         NO_SUCH_ARCHIVE_MIRROR is not set, and apt on this machine has no URL of it\n\
         hint: set NO_SUCH_ARCHIVE_MIRROR, or lock a snapshot with `--snapshot TIME`\n"
    );
    world.write(
        "distro.yaml",
        &MANIFEST.replace("archive: debian", "archive: debain"),
    );
    let error = world.error(&[]);
    assert!(
        error.ends_with("\nhint: did you mean `debian`?\n"),
        "{error}"
    );
}

#[test]
fn passwords_without_a_scheme_are_not_shown_either() {
    for mirror in [
        "user:secret@a.example/debian",
        "//user:secret@a.example/debian",
        "https:/user:secret@a.example/debian",
        "https://user:sec/secret@a.example/debian",
    ] {
        let error = World::new(mirror).error(&[]);
        assert!(!error.contains("secret"), "{error}");
        assert!(error.contains("***@a.example/debian/dists"), "{error}");
    }
    let world = World::new("http://127.0.0.1:1/debian");
    for debs in [
        "debs: [\"https://user:secret@a.example/a.deb\"]\n",
        "debs: [{url: \"https://user:secret@a.example/a.deb\", sha256: x}]\n",
    ] {
        world.write("distro.yaml", &format!("{MANIFEST}{debs}"));
        let error = world.error(&[]);
        assert!(
            !error.contains("secret") && error.contains("a.example"),
            "{error}"
        );
    }
}

#[test]
fn a_release_of_the_future_is_rejected() {
    let server = Server::new(files("6.4", "Sat, 11 Jul 2099 10:16:37 UTC"));
    let world = World::new(&server.root("debian"));
    for options in [&[][..], &["--offline"]] {
        let error = world.error(options);
        assert!(
            error.contains("its date, 2099-07-11T10:16:37Z, is in the future: the clock of this machine says 2"),
            "{error}"
        );
    }
}

#[test]
fn a_cache_that_every_user_can_write_to_is_rejected() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::new(files("6.4", SATURDAY));
    let world = World::new(&server.root("debian"));
    assert_eq!(world.update(&[]).code, 0);
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(world.path("cache/partial"), open).unwrap();
    assert_eq!(
        world.error(&[]),
        "error: cannot use cache `cache`: every user can write to cache/partial (mode 0777)\n\
         hint: choose another directory with `--cache`, or delete cache/partial\n"
    );
    let run = world.run(&["cache", "clean", "--cache", "cache"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
}
