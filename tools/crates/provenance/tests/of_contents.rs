//! Statements about images from their contents.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use blob::{Blob, Digest};
use image_contents::Contents;
use lock::Lock;
use provenance::{Build, Module, Parameters, ResourceKind, Statement, ToolsLock, UNSTATED_BUILDER};
use serde_json::{json, Value};

const SNAPSHOT: &str = "2026-11-20T02:11:10Z";

fn hex(name: &str) -> String {
    Digest::of(name.as_bytes()).hex()
}

fn digest(name: &str) -> String {
    Digest::of(name.as_bytes()).to_string()
}

/// A lock with a suite that has `InRelease`, and one with `Release` and `Release.gpg`.
fn lock() -> Lock {
    let suite = |evidence: Value| {
        let mut suite = json!({
            "archive": "debian", "components": ["main"], "date": SNAPSHOT, "indexes": {},
            "signed_by": ["AB", "CD"], "unverified": {}, "valid_until": null,
        });
        suite
            .as_object_mut()
            .unwrap()
            .extend(evidence.as_object().unwrap().clone());
        suite
    };
    let text = json!({
        "version": 1, "distro": "debian12", "snapshot": SNAPSHOT, "architectures": ["amd64"],
        "packages": {},
        "sources": {
            "bookworm": suite(json!({ "inrelease_sha256": hex("InRelease") })),
            "detached": suite(json!({
                "release_sha256": hex("Release"), "release_gpg_sha256": hex("Release.gpg"),
            })),
            "unused": suite(json!({ "inrelease_sha256": hex("unused") })),
        },
    });
    Lock::parse("lock", &text.to_string()).unwrap()
}

fn image(name: &str, architecture: &str) -> Value {
    let package = |id: &str, suite: &str| {
        let words: Vec<&str> = id.split(' ').collect();
        json!({
            "id": { "name": words[0], "version": words[1], "architecture": words[2] },
            "source": { "name": "src" }, "is_whole": true, "licenses": {},
            "download": {
                "sha256": digest(id), "suite": suite, "snapshot": SNAPSHOT,
                "pool_path": "pool/a+b.deb", "url": "https://example.org/pool/a%2Bb.deb",
            },
        })
    };
    let mut own = package("own 1 all", "bookworm");
    own.as_object_mut().unwrap().remove("download");
    json!({
        "name": "app:1", "digest": digest(name), "config": digest("config"), "os": "linux",
        "architecture": architecture, "created": SNAPSHOT, "settings": {},
        "annotations": {
            "org.opencontainers.image.base.digest": digest("base"),
            "org.opencontainers.image.base.name": "registry.example/base:1",
        },
        "distro": { "id": "debian", "version": "12" },
        "locks": [{ "distro": "debian12", "sha256": digest("lock"), "snapshot": SNAPSHOT }],
        "layers": [{
            "digest": digest("layer"), "diff_id": digest("diff_id"), "size": 1,
            "media_type": "application/vnd.oci.image.layer.v1.tar+gzip", "created_by": "deb a 1 all",
            "packages": [package("a 1 all", "bookworm"), package("b 2 amd64", "detached"), own],
            "runtimes": [{
                "name": "nodejs", "version": "24.1.0", "purl": "pkg:generic/nodejs@24.1.0",
                "licenses": {}, "download": { "sha256": digest("nodejs") },
            }],
        }],
    })
}

fn contents(form: &Value) -> Contents {
    Contents::parse("contents", form.to_string().as_bytes()).unwrap()
}

fn index() -> Contents {
    let images = [image("one", "amd64"), image("two", "arm64")];
    contents(&json!({ "version": 1, "contents": { "index": {
        "name": "app:1", "digest": digest("index"), "created": SNAPSHOT, "images": images,
    } } }))
}

fn statement(contents: &Contents) -> Statement {
    let module = Module {
        name: "distroless".to_owned(),
        version: "0.1.0".to_owned(),
    };
    let archive = json!({ "sha256": hex("tools"), "url": "https://example.org/tools.tar.gz" });
    let tools = json!({ "archives": { "linux_amd64": archive }, "sources": "AB", "version": 1 });
    Statement::of_build(&Build {
        contents,
        locks: &[lock()],
        runtime_locks: &[("nodejs.lock.json".to_owned(), Blob::of(b"nodejs.lock.json"))],
        tools: Some(&ToolsLock::parse("tools", &tools.to_string()).unwrap()),
        parameters: Parameters {
            module: None,
            platform: None,
            rules: module,
            settings: BTreeMap::new(),
            target: "//app:server".to_owned(),
        },
        builder: None,
    })
    .unwrap()
}

#[test]
fn all_files_of_a_build_once() {
    let statement = statement(&index());
    let subjects = statement.subjects.iter();
    let subjects: Vec<_> = subjects
        .map(|s| (s.name.as_str(), s.digest.hex()))
        .collect();
    assert_eq!(
        subjects,
        [
            ("app:1", hex("index")),
            ("app:1 linux/amd64", hex("one")),
            ("app:1 linux/arm64", hex("two")),
        ]
    );
    let predicate = &statement.predicate;
    assert_eq!(predicate.builder, UNSTATED_BUILDER);
    let resources = predicate.dependencies.iter();
    let resources: Vec<_> = resources
        .map(|one| (one.kind, one.name.as_str(), one.sha256.hex()))
        .collect();
    use ResourceKind::{BaseImage, Lock, Package, Release, Runtime, RuntimeLock, Tool};
    let tools_lock = resources.last().unwrap().2.clone();
    assert_eq!(
        resources,
        [
            (Lock, "debian12.lock.json", hex("lock")),
            (Release, "debian12 bookworm InRelease", hex("InRelease")),
            (Release, "debian12 detached Release", hex("Release")),
            (Release, "debian12 detached Release.gpg", hex("Release.gpg")),
            (Package, "a 1 all", hex("a 1 all")),
            (Package, "b 2 amd64", hex("b 2 amd64")),
            (Runtime, "nodejs 24.1.0", hex("nodejs")),
            (RuntimeLock, "nodejs.lock.json", hex("nodejs.lock.json")),
            (BaseImage, "registry.example/base:1", hex("base")),
            (Tool, "tools for linux_amd64", hex("tools")),
            (Tool, "tools/prebuilt.lock.json", tools_lock),
        ]
    );
    let layers: Vec<_> = predicate
        .layers
        .iter()
        .map(|layer| &layer.annotations)
        .collect();
    assert_eq!(layers.len(), 1);
    assert_eq!(layers[0]["diff_id"], digest("diff_id"));
}

#[test]
fn facts_of_a_release_and_a_package() {
    let statement = statement(&contents(
        &json!({ "version": 1, "contents": { "image": image("one", "amd64") } }),
    ));
    assert_eq!(statement.subjects.len(), 1);
    let predicate = &statement.predicate;
    let release = predicate.of_kind(ResourceKind::Release).next().unwrap();
    assert_eq!(release.annotations["signed_by"], "AB CD");
    assert_eq!(
        release.download_location.as_deref(),
        Some(
            "https://snapshot.debian.org/archive/debian/20261120T021110Z/dists/bookworm/InRelease"
        )
    );
    let package = predicate.of_kind(ResourceKind::Package).next().unwrap();
    assert_eq!(package.annotations["filename"], "pool/a+b.deb");
    assert_eq!(
        package.uri.as_deref(),
        Some("pkg:deb/debian/a@1?arch=all&distro=debian-12&upstream=src")
    );
}

#[test]
fn locks_of_tools_that_are_refused() {
    for (text, message) in [
        ("{", "cannot read lock of tools `t`: EOF while parsing an object at line 1 column 1"),
        (
            r#"{"archives":{"a":{"sha256":"AB","url":"u"}}}"#,
            "cannot read lock of tools `t`: cannot read digest `AB`: expected 64 lower-case hexadecimal digits, found 2 characters",
        ),
    ] {
        assert_eq!(ToolsLock::parse("t", text).unwrap_err().to_string(), message);
    }
    let large = " ".repeat((1 << 20) + 1);
    let error = ToolsLock::parse("t", &large).unwrap_err().to_string();
    assert!(error.contains("at most 1048576 are read"), "{error}");
}
