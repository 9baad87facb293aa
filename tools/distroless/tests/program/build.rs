//! `distroless build`.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::program::world::{files, World};

#[test]
fn an_image_is_built_once() {
    let world = World::new();
    world.succeed(&["lock"]);
    world.server.requests();
    let first = world.run(&["build"]);
    // The package is read by several steps, and verified once.
    assert!(
        first.errors.contains(" downloaded, 0 B from the cache, "),
        "{first:?}"
    );
    let first = first.output;
    assert!(first.starts_with("app.oci sha256:"), "{first}");
    assert_eq!(
        world.server.requests(),
        ["/debian/pool/main/hello/hello_1.0-1_amd64.deb"]
    );
    let start = Instant::now();
    let run = world.run(&["build", "--offline"]);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(run.output, first);
    assert!(
        run.errors
            .starts_with("6 steps, 6 of them from the cache\n")
            || run.errors.contains(" of them from the cache\n"),
        "{run:?}"
    );
    assert!(world.server.requests().is_empty());
    for part in ["oci-layout", "index.json", "blobs/sha256"] {
        assert!(world.path("app.oci").join(part).exists());
    }
}

#[test]
fn the_digest_does_not_depend_on_the_place() {
    let (one, other) = (World::built(), World::new());
    other.succeed(&["lock"]);
    let built = other.succeed(&["build", "--output", "elsewhere/image", "--cache", "cache"]);
    let digest = |text: &str| text.split(' ').nth(1).unwrap().to_owned();
    assert_eq!(digest(&built), digest(&one.succeed(&["build"])));
}

#[test]
fn a_damaged_download_is_requested_again() {
    let world = World::built();
    let cache = world.path(".cache/distroless");
    fs::remove_dir_all(cache.join("made")).unwrap();
    for entry in fs::read_dir(cache.join("sha256")).unwrap() {
        let path = entry.unwrap().path();
        let size = usize::try_from(path.metadata().unwrap().len()).unwrap();
        fs::write(path, vec![b'x'; size]).unwrap();
    }
    world.server.requests();
    world.succeed(&["build"]);
    assert_eq!(
        world.server.requests(),
        ["/debian/pool/main/hello/hello_1.0-1_amd64.deb"]
    );
}

#[test]
fn a_damaged_package_is_replaced_from_a_directory() {
    let world = World::built();
    for (path, bytes) in files("1.0-1") {
        let path = world.path("mirror/debian").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let cache = world.path(".cache/distroless");
    fs::remove_dir_all(cache.join("made")).unwrap();
    for entry in fs::read_dir(cache.join("sha256")).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        bytes[9] ^= 1;
        fs::write(path, bytes).unwrap();
    }
    let mirror = format!("file://{}", world.path("mirror/debian").display());
    let build = world
        .command(&["build"])
        .env("DEBIAN_MIRROR", mirror)
        .output();
    let build = build.unwrap();
    assert!(build.status.success(), "{build:?}");
}

#[test]
fn a_umask_that_lets_everybody_write() {
    let world = World::new();
    world.succeed(&["lock"]);
    let build = world.command(&["build"]);
    let set = || {
        let all = build.get_envs();
        all.filter_map(|(name, value)| Some((name, value?)))
    };
    for _ in 0..2 {
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", "umask 0; exec \"$0\" build"])
            .arg(build.get_program())
            .env_clear()
            .envs(set())
            .current_dir(world.path(""));
        let run = shell.output().unwrap();
        assert!(run.status.success(), "{run:?}");
    }
}

#[test]
fn an_older_image_is_replaced() {
    let world = World::built();
    let before = world.read("app.oci/index.json");
    world.server.serve(files("2.0-1"));
    world.succeed(&["lock"]);
    world.succeed(&["build"]);
    assert_ne!(world.read("app.oci/index.json"), before);
    let text = world.succeed(&["diff", "app.oci", "app.oci", "--exit-code"]);
    assert!(!text.is_empty());
}

#[test]
fn a_directory_of_the_user_is_not_replaced() {
    let world = World::built();
    world.write("app.oci/notes.txt", "mine");
    assert_eq!(
        world.fail(&["build"]),
        "error: cannot write layout `app.oci`: the directory has `notes.txt`, which is no part of a layout\n\
         hint: name another directory with `--output`\n"
    );
    assert_eq!(world.read("app.oci/notes.txt"), "mine");
}

#[test]
fn an_image_is_built_on_a_layout() {
    let world = World::built();
    world.write(
        "second.yaml",
        "version: 1\narchitectures: [amd64]\nbase: oci:app.oci\n\
         layers:\n  - files: {/app/second: {source: greeting}}\n",
    );
    let built = world.succeed(&["build", "second.yaml"]);
    assert!(built.starts_with("second.oci sha256:"), "{built}");
    let difference = world.succeed(&["diff", "image.yaml", "second.yaml"]);
    assert!(difference.contains("/app/second"), "{difference}");
}
