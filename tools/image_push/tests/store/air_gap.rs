use std::fs;

use registry_fixture::{Registry, Settings};

use crate::copy::set;
use crate::world::World;

/// Registry, directory, registry: the same manifests, tags and signatures.
#[test]
fn a_directory_carries_everything() {
    let world = World::new();
    let from = Registry::new(Settings::default());
    let set = set("a");
    set.store(&from, "a", &["latest", "debug-20261121"]);
    let source = format!("{}/a", from.address());
    let digest = set.index.digest();
    let sig = format!("sha256-{}.sig", set.amd.hex());
    let output = world.run(&["copy", &source, "oci:set"]).output();
    assert_eq!(
        output,
        format!(
            "oci:set#{sig}@{} pushed\noci:set#debug-20261121@{digest} pushed\noci:set#latest@{digest} pushed\n",
            set.legacy.digest()
        )
    );
    let before = fs::read(world.path("set/index.json")).unwrap();
    let output = world.run(&["copy", &source, "oci:set"]).output();
    assert_eq!(output.matches(" unchanged\n").count(), 3, "{output}");
    assert_eq!(fs::read(world.path("set/index.json")).unwrap(), before);
    for api in [true, false] {
        let settings = Settings {
            referrers: api,
            ..Settings::default()
        };
        let to = Registry::new(settings);
        let target = format!("{}/b/c", to.address());
        let output = world.run(&["copy", "oci:set", &target]).output();
        assert_eq!(output.matches(" pushed\n").count(), 3, "{output}");
        for digest in from.manifests("a") {
            assert_eq!(
                from.manifest("a", &digest),
                to.manifest("b/c", &digest),
                "{digest}"
            );
        }
        if api {
            assert_eq!(from.tags("a"), to.tags("b/c"));
        }
    }
}

/// A set that was signed outside is verified inside.
#[test]
fn signatures_are_valid_after_the_transport() {
    let mut world = World::new();
    world.set("COSIGN_PASSWORD", "password");
    let from = Registry::new(Settings::default());
    set("a").store(&from, "a", &["latest", "latest-20261121"]);
    let source = format!("{}/a", from.address());
    world.run(&["generate-key"]).output();
    world
        .run(&["sign", "--key", "cosign.key", &source])
        .output();
    world.run(&["copy", &source, "oci:set"]).output();
    for api in [true, false] {
        let settings = Settings {
            referrers: api,
            ..Settings::default()
        };
        let to = Registry::new(settings);
        let target = format!("{}/inside/a", to.address());
        let verify = ["verify", "--key", "cosign.pub", &target];
        world
            .run(&["copy", "--without-referrers", "oci:set", &target])
            .output();
        assert_eq!(world.run(&verify).code, 1, "it has no signature");
        world.run(&["copy", "oci:set", &target]).output();
        world.run(&verify).output();
        // Signing again finds the signatures.
        let output = world
            .run(&["sign", "--key", "cosign.key", &target])
            .output();
        assert!(!output.contains(" signed\n"), "{output}");
    }
}

/// The directory has several names and signatures, but one image.
#[test]
fn the_image_of_a_directory_is_found() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let set = set("a");
    set.store(&registry, "a", &["latest", "debug-20261121"]);
    let source = format!("{}/a", registry.address());
    world.run(&["copy", &source, "oci:set"]).output();
    let load = ["load", "set", "--into", "oci:out", "--all-platforms"];
    let output = world.run(&load).output();
    assert_eq!(output, format!("out@{} loaded\n", set.index.digest()));
}

#[test]
fn a_dated_name_is_not_overwritten() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let (old, new) = (set("a"), set("b"));
    old.store(&registry, "old", &["x-20261121"]);
    new.store(&registry, "new", &["x-20261121"]);
    let host = registry.address();
    world
        .run(&["copy", &format!("{host}/old"), "oci:set"])
        .output();
    assert_eq!(
        world.run(&["copy", &format!("{host}/new"), "oci:set"]).message(),
        format!(
            "cannot copy to `oci:set`: `x-20261121` points to {}, expected {}\n\
             hint: a dated tag never changes: copy the image to another name, or select tags with `--only`",
            old.index.digest(),
            new.index.digest()
        )
    );
}

/// A blob of a registry that lies is not stored.
#[test]
fn a_wrong_blob_is_refused() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    set("a").store(&registry, "a", &["latest"]);
    let digest = blob::Digest::of(b"base").to_string();
    registry.tamper(&digest, b"evil");
    let source = format!("{}/a:latest", registry.address());
    let message = world.run(&["copy", &source, "oci:set"]).message();
    assert!(
        message.contains(&format!("expected {digest}, found ")),
        "{message}"
    );
    let name = format!("set/blobs/sha256/{}", blob::Digest::of(b"base").hex());
    assert!(!world.path(&name).exists());
    assert!(!String::from_utf8(world.read("set/index.json"))
        .unwrap()
        .contains("latest"));
}
