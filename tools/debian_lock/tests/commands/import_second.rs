//! `debian_lock import` of lock version 2, from rules_distroless 0.9.

use std::collections::BTreeSet;

use archive_fixture::sha256;
use serde_json::{json, Value};

use crate::support::World;

fn package(key: &str, filename: &str, depends_on: &[&str]) -> (String, Value) {
    let (place, version) = key.split_once('=').unwrap();
    let (place, architecture) = place.split_once(':').unwrap();
    let mut words = place[1..].split('/');
    let (suite, name) = (words.next().unwrap(), words.next().unwrap());
    let package = json!({
        "architecture": architecture, "depends_on": depends_on, "filename": filename, "name": name,
        "section": "libs", "sha256": sha256(filename.as_bytes()), "size": 7, "suite": suite, "version": version,
    });
    (key.to_owned(), package)
}

/// A lock in the format of rules_distroless 0.9.
fn lock() -> Value {
    let source = |uris: &[&str]| json!({"architectures": ["amd64", "arm64"], "components": ["main"], "types": ["deb"], "uris": uris});
    let packages = [
        package(
            "/bookworm/tool:amd64=1",
            "pool/tool_1_amd64.deb",
            &["/bookworm-security/libc6:amd64=2", "/bookworm/data:all=1:3"],
        ),
        package(
            "/bookworm/tool:arm64=1",
            "pool/tool_1_arm64.deb",
            &["/bookworm-security/libc6:arm64=2", "/bookworm/data:all=1:3"],
        ),
        package(
            "/bookworm-security/libc6:amd64=2",
            "pool/libc6_2_amd64.deb",
            &[],
        ),
        package(
            "/bookworm-security/libc6:arm64=2",
            "pool/libc6_2_arm64.deb",
            &[],
        ),
        package("/bookworm/libc6:arm64=1", "pool/libc6_1_arm64.deb", &[]),
        package("/bookworm/data:all=1:3", "pool/data_3_all.deb", &[]),
        package("/vendor/extra:arm64=5", "pool/extra.deb", &[]),
    ];
    let wanted = json!({"/bookworm/tool:amd64": "1", "/bookworm/data:all": "1:3"});
    let wanted_arm64 = json!({"/bookworm/tool:arm64": "1", "/bookworm/data:all": "1:3", "/vendor/extra:arm64": "5"});
    json!({
        "dependency_sets": {"bookworm": {"sets": {"amd64": wanted, "arm64": wanted_arm64}}},
        "facts": {"https://snapshot.example/InRelease": "x"},
        "packages": packages.into_iter().collect::<serde_json::Map<_, _>>(),
        "sources": {
            "bookworm": source(&["https://snapshot.example/archive/debian/20240210T223313Z", "https://snapshot.example/archive/debian/20240210T223313Z"]),
            "bookworm-security": source(&["https://snapshot.example/archive/debian-security/20240210T223313Z/"]),
            "unused": source(&["https://unused.example"]),
            "vendor": source(&["https://one.example/apt", "https://two.example/apt"]),
        },
        "version": 2,
    })
}

fn world(lock: &Value) -> World {
    let world = World::new("http://127.0.0.1:1/debian");
    world.write("apt.lock.json", &lock.to_string());
    world
}

const IMPORT: [&str; 5] = [
    "import",
    "--lock",
    "apt.lock.json",
    "--output",
    "bookworm.yaml",
];

#[test]
fn a_manifest_and_a_lock() {
    let world = world(&lock());
    let run = world.run(&IMPORT);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "bookworm.lock.json: 4 packages in 6 files, by URL\n\
         bookworm.yaml: run `debian_lock update bookworm.yaml` for a lock with signatures\n"
    );
    assert_eq!(
        world.read("bookworm.yaml"),
        "\
version: 1
sources:
- channel: bookworm main
  archive: debian
  signed_by: debian-archive-keyring
- channel: bookworm-security main
  archive: debian-security
  signed_by: debian-archive-keyring
- channel: vendor main
  url: https://one.example/apt
  signed_by: one.example-keyring
archs:
- amd64
- arm64
resolve: true
packages:
- data
- extra [arm64]
- tool
"
    );
    let ours: Value = serde_json::from_str(&world.read("bookworm.lock.json")).unwrap();
    assert_eq!(
        ours["packages"]["extra"]["arm64"]["urls"],
        json!([
            "https://one.example/apt/pool/extra.deb",
            "https://two.example/apt/pool/extra.deb"
        ])
    );
    assert_eq!(
        ours["packages"]["tool"]["arm64"]["depends"],
        json!(["data", "libc6"])
    );
    assert_eq!(
        ours["packages"]["libc6"]["amd64"]["reason"],
        "dependency of tool"
    );
    assert_eq!(ours["packages"]["data"]["all"]["reason"], "requested");

    // All files except the one that is in no set.
    let fact = |package: &Value, architecture: &str| {
        ["name", "version", "sha256"]
            .map(|field| package[field].as_str().unwrap_or_default().to_owned())
            .into_iter()
            .chain([architecture.to_owned()])
            .collect::<Vec<_>>()
    };
    let theirs: BTreeSet<_> = lock()["packages"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| *key != "/bookworm/libc6:arm64=1")
        .map(|(_, package)| fact(package, package["architecture"].as_str().unwrap()))
        .collect();
    let mut found = BTreeSet::new();
    for (name, files) in ours["packages"].as_object().unwrap() {
        for (architecture, file) in files.as_object().unwrap() {
            let mut file = file.clone();
            file["name"] = json!(name);
            found.insert(fact(&file, architecture));
        }
    }
    assert_eq!(found, theirs);
}

#[test]
fn one_of_several_sets() {
    let mut lock = lock();
    lock["dependency_sets"]["other"] = json!({"sets": {"arm64": {"/vendor/extra:arm64": "5"}}});
    let world = world(&lock);
    let run = world.run(&IMPORT);
    assert_eq!(
        run.stderr,
        "error: cannot import `apt.lock.json`: cannot use field `dependency_sets`: there are `bookworm`, `other`\n\
         hint: name one with `--set`; each becomes a manifest and a lock\n"
    );
    let run = world.run(&[&IMPORT[..], &["--set", "third"]].concat());
    assert_eq!(
        run.stderr,
        "error: cannot import `apt.lock.json`: cannot import set `third`: there is no such set; expected one of `bookworm`, `other`\n"
    );
    let run = world.run(&[&IMPORT[..], &["--set", "other"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(world
        .read("bookworm.yaml")
        .ends_with("archs:\n- arm64\nresolve: true\npackages:\n- extra\n"));
}

#[test]
fn what_cannot_be_kept() {
    let at = "error: cannot import `apt.lock.json`: ";
    for (pointer, value, message) in [
        (
            "/packages/~1vendor~1extra:arm64=5/depends_on",
            json!(["/bookworm/libc6:arm64=1"]),
            "cannot import package `libc6`: arm64 has it as 2 and as 1\nhint: an image contains one of them: write a manifest with the suites in their order, and lock it\n",
        ),
        (
            "/packages/~1vendor~1extra:arm64=5/depends_on",
            json!(["/bookworm/gone:arm64=1"]),
            "cannot import package `/bookworm/gone:arm64=1`: the lock refers to it and does not contain it\nhint: let rules_distroless write its lock again\n",
        ),
        (
            "/packages/~1vendor~1extra:arm64=5/suite",
            json!("sid"),
            "cannot import package `/vendor/extra:arm64=5`: cannot use field `suite`: there is no source `sid`\n",
        ),
        (
            "/packages/~1vendor~1extra:arm64=5/architecture",
            json!("i386"),
            "cannot import package `/vendor/extra:arm64=5`: cannot use field `architecture`: it is in the set for arm64\n",
        ),
        (
            "/sources/vendor/uris",
            json!([]),
            "cannot import package `/vendor/extra:arm64=5`: cannot use source `vendor`: expected a URL in `uris`\n",
        ),
        (
            "/dependency_sets",
            json!({}),
            "cannot use field `dependency_sets`: it is empty\n",
        ),
    ] {
        let mut lock = lock();
        *lock.pointer_mut(pointer).unwrap() = value;
        let world = world(&lock);
        let run = world.run(&IMPORT);
        assert_eq!((run.code, run.stderr), (1, format!("{at}{message}")));
        assert!(!world.path("bookworm.yaml").exists());
    }
}

#[test]
fn options_of_the_other_version() {
    let mut first = lock();
    first["version"] = json!(1);
    first["packages"] = json!([]);
    let world = world(&first);
    assert_eq!(
        world.run(&IMPORT).stderr,
        "error: cannot import `a lock of version 1`: its manifest is missing\n\
         hint: add the manifest: `debian_lock import MANIFEST --lock FILE …`\n"
    );
    world.write(
        "old.yaml",
        "version: 1\nsources: []\narchs: []\npackages: []\n",
    );
    let run = world.run(&[&IMPORT[..], &["--set", "a", "old.yaml"]].concat());
    assert_eq!(
        run.stderr,
        "error: cannot import set `a`: a lock of version 1 has no sets\nhint: omit `--set`\n"
    );
    world.write("apt.lock.json", &lock().to_string());
    let run = world.run(&[&IMPORT[..], &["old.yaml"]].concat());
    assert_eq!(
        run.stderr,
        "error: cannot import `apt.lock.json`: cannot use manifest `old.yaml`: a lock of version 2 needs no manifest\n\
         hint: omit the manifest\n"
    );
}
