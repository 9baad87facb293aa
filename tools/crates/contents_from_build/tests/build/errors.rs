use serde_json::json;

use super::fixture::{Build, Part};

fn build() -> Build {
    Build::new(vec![Part::new("x", &["a"])])
}

fn message(build: &Build) -> String {
    build.image().unwrap_err().to_string()
}

#[test]
fn documents_that_contradict_each_other() {
    let mut other = build();
    other.config["created"] = json!("2026-11-21T02:34:57Z");
    let found = message(&other);
    assert!(
        found.starts_with("cannot read `config.json`: its digest is `sha256:"),
        "{found}"
    );
    assert!(
        found.ends_with("`\nhint: give the configuration of the same image"),
        "{found}"
    );

    let mut other = build();
    other.parts = vec![Part::new("y", &["b"])];
    let found = message(&other);
    assert!(
        found.starts_with("cannot read `layer.json`: it describes the layer `sha256:"),
        "{found}"
    );

    let mut other = build();
    other.parts.clear();
    assert_eq!(
        message(&other),
        "cannot read `config.json`: 0 layer metadata given; the manifest has 1 layers"
    );
}

#[test]
fn broken_files() {
    let mut bad = build();
    bad.manifest = json!([]);
    assert!(message(&bad).starts_with("cannot read `manifest.json`: "));

    let mut bad = build();
    bad.locks = vec!["{}".to_owned()];
    assert!(message(&bad).starts_with("cannot read lock `lock`: "));

    let mut bad = build();
    bad.locks = vec!["{\"archives\": 1}".to_owned()];
    assert!(message(&bad).starts_with("cannot read lock `lock`: missing field `name`"));
}
