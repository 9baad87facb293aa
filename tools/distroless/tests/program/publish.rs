//! `push`, `generate-key`, `verify`, `copy`, and bases in a registry.

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

#[test]
fn a_base_in_a_registry() {
    let world = World::built();
    let registry = Registry::new(Settings::default());
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
