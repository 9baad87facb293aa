//! The commands without a network.

use crate::program::world::World;

#[test]
fn a_definition_is_written_once() {
    let world = World::new();
    assert_eq!(world.succeed(&["init", "new.yaml"]), "new.yaml\n");
    let text = world.read("new.yaml");
    assert!(
        text.contains("{channel: bookworm main, archive: debian}"),
        "{text}"
    );
    assert_eq!(
        world.fail(&["init", "new.yaml"]),
        "error: cannot write definition `new.yaml`: File exists (os error 17)\n\
         hint: name another file, or remove this one\n"
    );
    assert_eq!(world.read("new.yaml"), text);
    world.succeed(&["init", "--family", "cc", "--distro", "debian13", "cc.yaml"]);
    let text = world.read("cc.yaml");
    assert!(text.contains("  - libstdc++6\n"), "{text}");
    assert!(
        text.contains("\n# Build it: distroless lock cc.yaml && distroless build cc.yaml\n"),
        "{text}"
    );
}

#[test]
fn the_schema_is_json() {
    let schema = World::new().succeed(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
}

#[test]
fn checks_and_tests_of_an_image() {
    let world = World::built();
    let table = world.succeed(&["test", "app.oci", "--check", "layers,links"]);
    assert!(table.contains("app.oci (linux/amd64)"), "{table}");
    world.write(
        "test.yaml",
        "schemaVersion: 2.0.0\nfileContentTests:\n  - name: greeting\n    path: /app/greeting\n    expectedContents: [hello]\n",
    );
    world.replace(
        "image.yaml",
        "entrypoint:",
        "tests: [test.yaml]\nentrypoint:",
    );
    assert!(world.succeed(&["test", "image.yaml"]).contains("greeting"));
    world.replace("test.yaml", "[hello]", "[goodbye]");
    let run = world.run(&["test", "image.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

/// Packages of Debian have links without a target, so a check of them is none of those that run by default.
#[test]
fn the_default_checks_accept_links_of_packages() {
    let world = World::new();
    world.replace(
        "image.yaml",
        "      /app/greeting: {source: greeting}\n",
        "      /app/greeting: {source: greeting}\n    symlinks: {/app/time: {target: /etc/localtime}}\n",
    );
    world.succeed(&["lock"]);
    world.succeed(&["build"]);
    let run = world.run(&["test"]);
    assert!(!run.output.contains("every symbolic link"), "{run:?}");
    let run = world.run(&["test", "--check", "links"]);
    assert!(run.output.contains("FAIL"), "{run:?}");
}

#[test]
fn image_yaml_is_the_default() {
    let world = World::built();
    world.succeed(&["test", "--check", "layers"]);
    world.succeed(&["sbom", "--format", "spdx-2.3"]);
    let loaded = world.succeed(&["load", "--into", "oci:copy", "--name", "app:1"]);
    assert!(loaded.contains("loaded"), "{loaded}");
}

#[test]
fn sboms() {
    let world = World::built();
    let sbom = world.succeed(&["sbom", "image.yaml", "--format", "spdx-2.3"]);
    let sbom: serde_json::Value = serde_json::from_str(&sbom).unwrap();
    let packages = sbom["packages"].as_array().unwrap();
    assert!(packages.iter().any(|package| package["name"] == "hello"));
    world.succeed(&[
        "sbom",
        "app.oci",
        "--format",
        "spdx-3.0.1",
        "--format",
        "cyclonedx-1.6",
        "--output",
        "a.json",
        "--output",
        "b.json",
    ]);
    assert!(world.read("b.json").contains("\"CycloneDX\""));
    assert_eq!(
        world.fail(&["sbom", "app.oci", "--format", "spdx-2.3", "--format", "cyclonedx-1.7"]),
        "error: cannot use option `--output`: found 0 of them and 2 of --format, expected the same number\n"
    );
}

#[test]
fn the_cache_is_cleaned() {
    let world = World::built();
    let cleaned = world.run(&["cache", "clean", "--older-than", "0"]);
    assert_eq!(cleaned.code, Some(0), "{cleaned:?}");
    let results = world.path(".cache/distroless/made/results");
    assert_eq!(std::fs::read_dir(&results).unwrap().count(), 0);
    world.succeed(&["build"]);
    assert_eq!(world.run(&["cache", "clean"]).code, Some(0));
    let count = || std::fs::read_dir(&results).unwrap().count();
    let made = count();
    assert_ne!(made, 0);
    // A use makes old results young, also those of the first step.
    let old = || {
        for entry in std::fs::read_dir(&results).unwrap() {
            let directory = std::fs::File::open(entry.unwrap().path()).unwrap();
            directory
                .set_modified(std::time::SystemTime::UNIX_EPOCH)
                .unwrap();
        }
    };
    old();
    world.succeed(&["build"]);
    world.succeed(&["cache", "clean"]);
    assert_eq!(count(), made);
    old();
    world.succeed(&["cache", "clean"]);
    assert_eq!(count(), 0);
}
