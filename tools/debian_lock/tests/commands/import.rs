//! `debian_lock import` from rules_distroless.

use archive_fixture::sha256;

use crate::support::World;

const MANIFEST: &str = "\
version: 1
sources:
  - channel: bookworm main
    url: https://snapshot.example/archive/debian/20240210T223313Z
  - channel: bookworm-security main
    url: https://snapshot.example/archive/debian-security/20240210T223313Z
  - channel: stable main
    urls:
      - https://vendor.example/apt/
archs:
  - amd64
  - arm64
packages:
  - ncurses-base
  - tool
";

/// A lock in the format of rules_distroless.
fn lock() -> String {
    let package = |name: &str, arch: &str, file: &str, dependencies: &str| {
        format!(
            r#"{{"key": "{name}_1_{arch}", "name": "{name}", "version": "1", "arch": "{arch}",
                "urls": ["https://snapshot.example/archive/debian/20240210T223313Z/pool/{file}"],
                "sha256": "{}", "dependencies": [{dependencies}]}}"#,
            sha256(file.as_bytes())
        )
    };
    let libc = r#"{"key": "libc6_1_x", "name": "libc6", "version": "1"}"#;
    let packages = [
        package("ncurses-base", "amd64", "ncurses-base_1_all.deb", ""),
        package("ncurses-base", "arm64", "ncurses-base_1_all.deb", ""),
        package("tool", "amd64", "tool_1_amd64.deb", libc),
        package("libc6", "amd64", "libc6_1_amd64.deb", ""),
        package("tool", "arm64", "tool_1_arm64.deb", libc),
        package("libc6", "arm64", "libc6_1_arm64.deb", ""),
    ];
    format!("{{\"packages\": [{}], \"version\": 1}}", packages.join(","))
}

fn world() -> World {
    let world = World::new("http://127.0.0.1:1/debian");
    world.write("old.yaml", MANIFEST);
    world.write("old.lock.json", &lock());
    world
}

const IMPORT: [&str; 6] = [
    "import",
    "old.yaml",
    "--lock",
    "old.lock.json",
    "--output",
    "new.yaml",
];

#[test]
fn a_manifest_and_a_lock() {
    let world = world();
    let run = world.run(&IMPORT);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "new.lock.json: 3 packages in 5 files, by URL\n\
         new.yaml: run `debian_lock update new.yaml` for a lock with signatures\n"
    );
    assert_eq!(
        world.read("new.yaml"),
        "\
version: 1
sources:
- channel: bookworm main
  archive: debian
  signed_by: debian-archive-keyring
- channel: bookworm-security main
  archive: debian-security
  signed_by: debian-archive-keyring
- channel: stable main
  url: https://vendor.example/apt
  signed_by: vendor.example-keyring
archs:
- amd64
- arm64
resolve: true
packages:
- ncurses-base
- tool
"
    );
    let run = world.run(&["why", "--lock", "new.lock.json", "libc6", "ncurses-base"]);
    assert_eq!(
        run.stdout,
        "new.lock.json\n  \
           libc6 1 (by URL): tool → libc6 [amd64 arm64]\n    \
             needed by tool\n  \
           ncurses-base 1 (by URL): requested [amd64 arm64]\n"
    );
    let lock: serde_json::Value = serde_json::from_str(&world.read("new.lock.json")).unwrap();
    assert_eq!(
        lock["packages"]["ncurses-base"],
        serde_json::json!({"all": {
            "depends": [],
            "reason": "requested",
            "sha256": sha256(b"ncurses-base_1_all.deb"),
            "source": "ncurses-base",
            "source_version": "1",
            "urls": ["https://snapshot.example/archive/debian/20240210T223313Z/pool/ncurses-base_1_all.deb"],
            "version": "1",
        }})
    );
}

#[test]
fn no_file_is_overwritten() {
    let world = world();
    world.write("new.lock.json", "mine");
    let run = world.run(&IMPORT);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "error: cannot write `new.lock.json`: the file exists\nhint: choose another `--output`, or delete the file\n"
    );
    assert!(!world.path("new.yaml").exists());
    assert_eq!(world.read("new.lock.json"), "mine");
}

#[test]
fn invalid_manifests_and_locks() {
    for (file, from, to, message) in [
        (
            "old.yaml",
            "version: 1",
            "version: 2",
            "cannot import `old.yaml`: cannot use key `version`: expected 1, found 2",
        ),
        (
            "old.yaml",
            "archs:",
            "arch:",
            "cannot read manifest `old.yaml`: unknown field `arch`, expected one of `version`, `sources`, `archs`, `packages` at line 10 column 1",
        ),
        (
            "old.yaml",
            "    url: https://snapshot.example/archive/debian/20240210T223313Z\n",
            "",
            "cannot import `old.yaml`: cannot use source `bookworm main`: expected `url` or `urls`",
        ),
        (
            "old.lock.json",
            "\"version\": 1}",
            "\"version\": 3}",
            "cannot import `old.lock.json`: cannot use field `version`: expected 1, found 3",
        ),
        (
            "old.lock.json",
            "\"arch\": \"arm64\"",
            "\"arch\": \"armhf\"",
            "cannot import `old.lock.json`: cannot import package `ncurses-base`: it is for armhf, which is not in the manifest's `archs`",
        ),
        (
            "old.lock.json",
            "https://snapshot.example/archive/debian/20240210T223313Z/pool/tool_1_amd64.deb",
            "ftp://x/tool.deb",
            "cannot import `old.lock.json`: cannot import package `tool`: cannot use URL `ftp://x/tool.deb`: expected `url` to begin with http://, https:// or file:/// and to contain no password",
        ),
    ] {
        let world = world();
        let text = world.read(file);
        assert!(text.contains(from), "{from}");
        world.write(file, &text.replacen(from, to, 1));
        let run = world.run(&IMPORT);
        assert_eq!((run.code, run.stderr), (1, format!("error: {message}\n")));
        assert!(!world.path("new.yaml").exists());
    }
}
