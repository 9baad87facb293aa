use registry_fixture::{Registry, Settings};
use serde_json::{json, Value};

use crate::copy::set;
use crate::images::{image, index};
use crate::world::World;

#[test]
fn tags_have_digests_and_dates() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let set = set("a");
    set.store(&registry, "a", &["latest", "latest-20261121"]);
    let list = index(
        &[],
        &json!({"org.opencontainers.image.created": "2025-01-02T03:04:05Z"}),
    );
    list.store(&registry, "a", Some("created"));
    let plain = image("amd64", &["z"]);
    plain.store(&registry, "a", Some("plain"));
    let name = format!("{}/a", registry.address());
    let digest = set.index.digest();
    assert_eq!(
        world.run(&["tags", &name]).output(),
        format!(
            "{name}:created@{} 2025-01-02T03:04:05Z -\n\
             {name}:latest@{digest} 2026-11-21 latest-20261121\n\
             {name}:latest-20261121@{digest} 2026-11-21 latest\n\
             {name}:plain@{} - -\n",
            list.digest(),
            plain.digest()
        )
    );
    let output = world.run(&["tags", "--json", "--all", &name]).output();
    let lines: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        lines[1],
        json!({
            "repository": name,
            "tag": "latest",
            "digest": digest,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "date": "2026-11-21",
            "sameAs": ["latest-20261121"],
        })
    );
    assert_eq!(lines.as_array().unwrap().len(), 5);
    let missing = format!("{}/none", registry.address());
    assert_eq!(
        world.run(&["tags", &missing]).message(),
        format!("cannot list tags of `{missing}`: there is no such repository")
    );
}

#[test]
fn words_of_the_command_line_do_not_control_the_terminal() {
    let run = World::new().run(&["tags", "--\u{1b}[31m"]);
    assert_eq!(run.code, 2);
    let error = "error: unexpected argument '--\\u{1b}[31m' found\n";
    assert!(run.stderr.starts_with(error), "{run:?}");
    assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
}
