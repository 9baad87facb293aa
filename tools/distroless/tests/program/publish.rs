//! `push`, `generate-key`, `verify`, `copy`, and bases in a registry.

use std::fs;
use std::path::Path;

use registry_fixture::{Registry, Settings};

use crate::program::world::World;

#[test]
fn an_image_is_pushed_signed_and_verified() {
    let world = World::built();
    let registry = Registry::new(Settings::default());
    let reference = format!("{}/team/app:1", registry.address());
    world.succeed(&["generate-key", "--output-key", "team.key"]);
    let pushed = world.succeed(&["push", "image.yaml", &reference, "--key", "team.key"]);
    let digest = world.succeed(&["build"]);
    let digest = digest.trim_end().split(' ').nth(1).unwrap().to_owned();
    assert!(
        pushed.starts_with(&format!("{reference}@{digest} pushed\n")),
        "{pushed}"
    );
    let verified = world.succeed(&["verify", &reference, "--key", "team.pub"]);
    assert!(verified.contains(&digest), "{verified}");
    world.succeed(&["generate-key", "--output-key", "other.key"]);
    let run = world.run(&["verify", &reference, "--key", "other.pub"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    world.succeed(&["copy", &reference, "oci:copied"]);
    world.succeed(&["diff", &reference, "app.oci", "--exit-code"]);
}

#[test]
fn the_reference_of_the_definition() {
    let world = World::built();
    assert_eq!(
        world.fail(&["push", "image.yaml"]),
        "error: cannot push `image.yaml`: no reference is given\n\
         hint: add a reference, such as registry.example/app:1, or set `reference` in the definition\n"
    );
    assert_eq!(
        world.fail(&["push", "app.oci"]),
        "error: cannot push `app.oci`: no reference is given\n\
         hint: add a reference, such as registry.example/app:1\n"
    );
    let registry = Registry::new(Settings::default());
    let reference = format!(
        "reference: \"{}/team/app:2\"\nentrypoint:",
        registry.address()
    );
    world.replace("image.yaml", "entrypoint:", &reference);
    let pushed = world.succeed(&["push", "image.yaml"]);
    assert!(pushed.contains("/team/app:2@sha256:"), "{pushed}");
}

/// Pushes the image of the world, and writes `second.yaml`, which is on it.
fn write_second(world: &World, registry: &Registry) {
    let reference = format!("{}/team/base:1", registry.address());
    let pushed = world.succeed(&["push", "app.oci", &reference]);
    let base = pushed.split(' ').next().unwrap();
    world.write(
        "second.yaml",
        &format!(
            "version: 1\narchitectures: [amd64]\nbase: \"{base}\"\n\
             layers:\n  - files: {{/app/second: {{source: greeting}}}}\n"
        ),
    );
}

#[test]
fn a_base_in_a_registry() {
    let world = World::built();
    let registry = Registry::new(Settings::default());
    write_second(&world, &registry);
    let first = world.succeed(&["build", "second.yaml"]);
    registry.take_requests();
    assert_eq!(world.succeed(&["build", "second.yaml", "--offline"]), first);
    assert!(registry.requests().is_empty());
    let other = world.run(&["build", "second.yaml", "--offline", "--cache", "other"]);
    assert_eq!(other.code, Some(1));
    assert!(
        other
            .errors
            .contains("it is not in the cache, and `--offline` forbids network access"),
        "{other:?}"
    );
}

#[test]
fn a_base_in_the_cache_is_the_image_of_its_digest() {
    let world = World::built();
    let registry = Registry::new(Settings::default());
    write_second(&world, &registry);
    let first = world.succeed(&["build", "second.yaml"]);
    let bases = world.path(".cache/distroless/bases");
    let stored = fs::read_dir(&bases)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let stored = stored.into_iter().find(|path| path.is_dir()).unwrap();
    let blobs = || {
        fs::read_dir(stored.join("blobs/sha256"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    // The layout of another image.
    fs::remove_dir_all(&stored).unwrap();
    copy(&world.path("second.oci"), &stored);
    assert_eq!(world.succeed(&["build", "second.yaml"]), first);
    // Other bytes of the same size, one file after the other.
    for path in blobs().collect::<Vec<_>>() {
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(world.succeed(&["build", "second.yaml"]), first);
        assert_ne!(fs::read(&path).unwrap(), bytes);
    }
    // The beginning of a download, and files that are no layout.
    fs::remove_file(blobs().next().unwrap()).unwrap();
    fs::write(
        stored.join("index.json"),
        r#"{"schemaVersion":2,"manifests":[]}"#,
    )
    .unwrap();
    assert_eq!(world.succeed(&["build", "second.yaml"]), first);
    fs::write(stored.join("index.json"), "{").unwrap();
    assert_eq!(world.succeed(&["build", "second.yaml"]), first);
    registry.take_requests();
    assert_eq!(world.succeed(&["build", "second.yaml"]), first);
    assert!(registry.requests().is_empty());
}

/// Copies a directory.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
