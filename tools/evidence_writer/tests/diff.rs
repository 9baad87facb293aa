//! The command `diff`: kinds of input, formats and messages.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use blob::Digest;
use image_contents::{Contents, Image, Index, Settings};
use testkit::{tar, Item, Outcome, Workspace};

fn image(architecture: &str, user: &str) -> Image {
    Image {
        name: "app:1".to_owned(),
        digest: Digest::of(user.as_bytes()),
        config: Digest::of(b"config"),
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        variant: None,
        created: "2026-11-21T02:34:56Z".to_owned(),
        distro: None,
        settings: Settings {
            user: user.to_owned(),
            ..Settings::default()
        },
        annotations: BTreeMap::new(),
        locks: Vec::new(),
        layers: Vec::new(),
    }
}

fn write(workspace: &Workspace, name: &str, contents: &Contents) {
    workspace.write(name, contents.to_json().unwrap());
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    let program = env!("CARGO_BIN_EXE_evidence_writer");
    let arguments = ["diff"].iter().chain(arguments);
    workspace.run(program, arguments)
}

fn fails(workspace: &Workspace, arguments: &[&str], message: &str) {
    let outcome = run(workspace, arguments);
    assert!(outcome.code != 0, "{}", outcome.stdout);
    assert_eq!(outcome.stderr.trim_end(), message);
}

/// A workspace with two images.
fn images() -> Workspace {
    let workspace = Workspace::new();
    write(
        &workspace,
        "old.json",
        &Contents::Image(image("amd64", "0")),
    );
    write(
        &workspace,
        "new.json",
        &Contents::Image(image("amd64", "65532")),
    );
    workspace
}

#[test]
fn the_report_is_printed() {
    let workspace = images();
    let outcome = run(&workspace, &["old.json", "new.json", "--summary"]);
    assert!(outcome.code == 0, "{}", outcome.stderr);
    let settings = "  Settings\n    user\n      - 0\n      + 65532\n";
    assert!(outcome.stdout.ends_with(settings), "{}", outcome.stdout);
    let outcome = run(&workspace, &["old.json", "old.json", "--exit-code"]);
    assert!(outcome.code == 0);
    assert_eq!(outcome.stdout, "app:1 and app:1 do not differ\n");
    fails(
        &workspace,
        &["old.json", "new.json", "--exit-code"],
        "error: cannot accept `new.json`: it differs from `old.json`",
    );
}

#[test]
fn each_format_has_its_file() {
    let workspace = images();
    let arguments = [
        "old.json",
        "new.json",
        "--format=json",
        "--output=a.json",
        "--format=html",
        "--output=a.html",
        "--format=markdown",
        "--output=a.md",
    ];
    let outcome = run(&workspace, &arguments);
    assert!(outcome.code == 0, "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    assert!(workspace.text("a.json").starts_with("{\n  \"version\": 1,"));
    assert!(workspace.text("a.html").starts_with("<!doctype html>"));
    assert!(workspace
        .text("a.md")
        .starts_with("## Difference of `app:1`"));
    fails(
        &workspace,
        &["old.json", "new.json", "--format=json", "--output=a", "--output=b"],
        "error: cannot write `difference`: 1 --format and 2 --output\nhint: give each --output its --format",
    );
}

#[test]
fn one_platform_of_an_index() {
    let workspace = images();
    let index = Index {
        name: "app".to_owned(),
        digest: Digest::of(b"index"),
        created: String::new(),
        images: vec![image("arm64", "1"), image("amd64", "2")],
    };
    write(&workspace, "index.json", &Contents::Index(index));
    let arguments = ["old.json", "index.json", "--platform=linux/amd64"];
    let outcome = run(&workspace, &arguments);
    assert!(outcome.stdout.contains("      + 2\n"), "{}", outcome.stdout);
    fails(
        &workspace,
        &["old.json", "index.json", "--platform=linux/s390x"],
        "error: cannot read contents `old.json`: it has no image for `linux/s390x`, only for linux/amd64",
    );
}

const LOCK: &str = r#"{
  "architectures": ["amd64", "arm64"],
  "distro": "debian12",
  "packages": {
    "a": {"all": {"depends": [], "reason": "requested", "sha256": "SUM", "size": 1, "source": "a",
      "source_version": "VERSION", "urls": ["https://example.org/a.deb"], "version": "VERSION"}}
  },
  "snapshot": "1970-01-01T00:00:00Z",
  "sources": {},
  "version": 1
}"#;

fn lock(version: &str) -> String {
    let sum = Digest::of(version.as_bytes()).hex();
    LOCK.replace("VERSION", version).replace("SUM", &sum)
}

#[test]
fn locks_by_architecture() {
    let workspace = images();
    workspace.write("old.lock.json", lock("1.0-1"));
    workspace.write("new.lock.json", lock("1.0-2"));
    let outcome = run(&workspace, &["old.lock.json", "new.lock.json"]);
    assert!(outcome.code == 0, "{}", outcome.stderr);
    assert_eq!(
        outcome.stdout,
        "Difference of old.lock.json and new.lock.json\n\n\
         amd64, arm64\n  packages  1 upgraded\n\n  Packages\n    upgraded  a  1.0-1 -> 1.0-2\n"
    );
    fails(
        &workspace,
        &["old.lock.json", "new.json"],
        "error: cannot compare `new.json`: only one of it and `old.lock.json` is a lock\n\
         hint: compare two locks, or two images",
    );
}

#[test]
fn other_files() {
    let workspace = images();
    let hint = "hint: give a contents file (NAME.contents.json), an OCI layout directory, a tar archive of one, a `docker save` archive, or a lock";
    workspace.write("other.json", "{\"a\":1}");
    fails(
        &workspace,
        &["old.json", "other.json"],
        &format!(
            "error: cannot read `other.json`: it is JSON, but no contents file and no lock\n{hint}"
        ),
    );
    workspace.write("text", "text");
    let outcome = run(&workspace, &["old.json", "text"]);
    let start = "error: cannot open image `";
    assert!(outcome.stderr.starts_with(start), "{}", outcome.stderr);
    assert!(
        outcome.stderr.trim_end().ends_with(hint),
        "{}",
        outcome.stderr
    );
    workspace.write("other.tar", tar(&[Item::file("a", "b")]));
    let outcome = run(&workspace, &["old.json", "other.tar"]);
    let cause = "it has neither `oci-layout` nor `manifest.json`";
    assert!(outcome.stderr.contains(cause), "{}", outcome.stderr);
    let outcome = run(&workspace, &["old.json", "missing"]);
    assert!(
        outcome.stderr.starts_with("error: cannot read `missing`: "),
        "{}",
        outcome.stderr
    );
}
