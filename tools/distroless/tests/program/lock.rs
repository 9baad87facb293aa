//! `distroless lock`.

use crate::program::world::{files, World};

#[test]
fn a_lock_is_next_to_its_definition() {
    let world = World::new();
    let run = world.run(&["lock", "image.yaml"]);
    assert_eq!((run.code, run.output.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.errors.ends_with("image.lock.json: new\n"), "{run:?}");
    let lock = world.read("image.lock.json");
    assert!(lock.contains("\"distro\": \"app\""), "{lock}");
    assert!(lock.contains("\"version\": \"1.0-1\""), "{lock}");
    world.succeed(&["lock", "image.yaml", "--check"]);
}

#[test]
fn check_reports_an_outdated_lock() {
    let world = World::new();
    world.succeed(&["lock"]);
    let before = world.read("image.lock.json");
    world.server.serve(files("2.0-1"));
    let run = world.run(&["lock", "--check"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.output,
        "image.lock.json:\n  hello amd64: 1.0-1 (bookworm) → 2.0-1 (bookworm)\n  bookworm: 2026-07-11T10:16:37Z: other fields differ\n"
    );
    assert!(
        run.errors.ends_with(
            "error: cannot confirm `image.lock.json`: it is out of date\n\
             hint: run the same command without `--check`\n"
        ),
        "{run:?}"
    );
    assert_eq!(world.run(&["lock", "--exit-code"]).code, Some(10));
    assert_ne!(world.read("image.lock.json"), before);
}

#[test]
fn a_manifest_may_have_the_sources() {
    let world = World::new();
    world.write(
        "debian.yaml",
        "version: 1\nsources:\n  - {channel: bookworm main, archive: debian, signed_by: test-keyring}\n\
         archs: [amd64]\nresolve: false\npackages: [hello]\n",
    );
    world.replace(
        "image.yaml",
        "sources:\n  - {channel: bookworm main, archive: debian, signed_by: test-keyring}\n",
        "manifest: debian.yaml\nlock: debian.lock.json\n",
    );
    world.succeed(&["lock"]);
    let lock = world.read("debian.lock.json");
    assert!(lock.contains("\"distro\": \"debian\""), "{lock}");
    world.succeed(&["build"]);
}

#[test]
fn an_image_without_packages_needs_no_lock() {
    let world = World::new();
    world.write(
        "image.yaml",
        "version: 1\nname: files\narchitectures: [amd64, arm64]\nstandard_files: false\n\
         layers:\n  - files: {/app/greeting: {source: greeting}}\n",
    );
    assert_eq!(
        world.fail(&["lock"]),
        "error: cannot lock `image.yaml`: it has no packages\n\
         hint: such an image needs no lock: run `distroless build`\n"
    );
    world.succeed(&["build"]);
}

#[test]
fn debians_keys_are_in_the_program() {
    let world = World::new();
    world.replace("image.yaml", ", signed_by: test-keyring", "");
    let error = world.fail(&["lock"]);
    // The keyring is found, and it did not sign this repository.
    assert!(error.contains("debian-archive-keyring"), "{error}");
    assert!(!error.contains("cannot read keyring"), "{error}");
}
