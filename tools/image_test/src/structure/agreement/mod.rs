//! Compares our verdicts with those of container-structure-test.
//!
//! `verdicts.txt` has one line for each case: the verdict of its `tar` driver, that of its `docker` driver, and the
//! name of the case. The test compares them with ours. To compare the file with the real tool, or to write the file
//! again after a change of the cases (`AGREEMENT=write`):
//!
//! ```text
//! CONTAINER_STRUCTURE_TEST=PROGRAM DOCKER=PROGRAM DOCKER_HOST=unix://SOCKET \
//!   cargo test -p image_test agreement -- --ignored
//! ```

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use blob::Digest;
use rootfs::{Image, ImageExt};
use serde_json::{json, Value};
use testkit::{reference_tool, tar, Item, Workspace};

use super::Structure;
use crate::config::Config;
use crate::outcome::{Outcome, Verdict};

const FILES: &str = include_str!("files.yaml");
const SCHEMA_1: &str = include_str!("schema1.yaml");
const METADATA: &str = include_str!("metadata.txt");
const VERDICTS: &str = include_str!("verdicts.txt");

/// Cases in which we differ from a driver of the tool, and our verdict. In the first ones, the drivers differ from each
/// other, so one must be wrong; in the last two, both are.
const DIFFERENCES: [(&str, bool); 13] = [
    // Docker fails on a link to itself, although the link exists.
    ("files | File Existence Test: a loop is there", true),
    // The tar driver follows absolute links on the machine that it runs on, not in the image.
    (
        "files | File Existence Test: through an absolute link",
        true,
    ),
    ("files | File Content Test: through an absolute link", true),
    ("files | License Test #0", true),
    // The tar driver does not support owners.
    ("files | File Existence Test: owner", true),
    ("files | File Existence Test: owner alone", true),
    ("files | File Existence Test: group alone", true),
    ("files | File Existence Test: large owner", true),
    ("files | File Existence Test: root owns", true),
    // The tar driver does not support opaque directories.
    ("files | File Existence Test: made opaque", true),
    // The docker driver looks up the target of a relative link in the root.
    ("files | File Content Test: through a relative link", true),
    // No driver supports pipes.
    ("files | File Existence Test: a pipe", true),
    // The tool never finds a port with a protocol, so it would not test an unexposed one. We report the right syntax.
    ("unexposedPorts: [80/tcp] | Metadata Test", false),
];

/// Lower and upper layer of the image.
fn layers() -> [Vec<Item>; 2] {
    let lower = vec![
        Item::directory("etc/"),
        Item::directory("usr/"),
        Item::directory("usr/bin/"),
        Item::directory("usr/lib64/"),
        Item::directory("tmp/").mode(0o1777),
        Item::directory("modes/"),
        Item::file("etc/passwd", "root:x:0:0\nnobody:x:1\n"),
        Item::file("usr/bin/dash", "dash").mode(0o755),
        Item::file("usr/lib64/only_here", "x"),
        Item::symlink("lib64", "/usr/lib64"),
        Item::symlink("bin", "usr/bin"),
        Item::symlink("usr/bin/sh", "dash"),
        Item::symlink("absolute", "/etc/passwd"),
        Item::symlink("dangling", "/nowhere"),
        Item::symlink("loop", "loop"),
        Item::file("modes/none", "").mode(0),
        Item::file("modes/suid", "x").mode(0o4755),
        Item::file("modes/sgid", "x").mode(0o2755),
        Item::directory("modes/sgid_folder/").mode(0o2775),
        Item::file("modes/x_owner", "x").mode(0o100),
        Item::file("modes/x_group", "x").mode(0o010),
        Item::file("modes/x_other", "x").mode(0o001),
        Item::file("owned", "x").owner(7, 8),
        Item::file("far", "x").owner(3_000_000, 4_000_000),
        Item::hardlink("hard", "etc/passwd"),
        Item::new(b'6', "pipe"),
        Item::file("odd", "Főt anúsítvány {x} a.b"),
        Item::file("binary", b"\xff\xfe end"),
        Item::file("empty", ""),
        Item::file("gone", "x"),
        Item::directory("gone_folder/"),
        Item::directory("gone_folder/deep/"),
        Item::file("gone_folder/deep/x", "x"),
        Item::directory("anew/"),
        Item::file("anew/x", "x"),
        Item::directory("opaque/"),
        Item::file("opaque/old", "x"),
        Item::file("replaced", "lower").mode(0o644),
        Item::file("flip", "x"),
        Item::directory("licenses/"),
        Item::file("licenses/unwanted", "this is the wtfpl"),
        Item::directory("usr/share/"),
        Item::directory("usr/share/doc/"),
        Item::directory("usr/share/doc/good/"),
        Item::file("usr/share/doc/good/copyright", "MIT"),
        Item::directory("usr/share/doc/linked/"),
        Item::symlink(
            "usr/share/doc/linked/copyright",
            "/usr/share/doc/good/copyright",
        ),
        Item::directory("usr/share/doc/libgnutls30/"),
        Item::file("usr/share/doc/libgnutls30/copyright", "AGPL"),
    ];
    let upper = vec![
        Item::file(".wh.gone", ""),
        Item::file(".wh.gone_folder", ""),
        Item::file(".wh.anew", ""),
        Item::directory("opaque/"),
        Item::file("opaque/.wh..wh..opq", ""),
        Item::file("opaque/new", "x"),
        Item::file("replaced", "upper").mode(0o700),
        Item::directory("flip/"),
        Item::file("flip/x", "x"),
    ];
    [lower, upper]
}

/// The image as `docker save` writes it, with a third layer, because a layer cannot hide its own files.
fn archive() -> Vec<u8> {
    let [lower, upper] = layers();
    let anew = vec![Item::file("anew", "x")];
    let layers = [lower, upper, anew].map(|items| tar(&items));
    let ids: Vec<_> = layers
        .iter()
        .map(|layer| Digest::of(layer).to_string())
        .collect();
    let history: Vec<_> = ids.iter().map(|_| json!({"created_by": "test"})).collect();
    let config = json!({
        "architecture": "amd64", "os": "linux",
        "config": {
            "Env": ["PATH=/usr/bin", "FOO=bar baz", "EMPTY=", "DIR=etc", "EQ=a=b"],
            "Entrypoint": ["/usr/bin/dash"],
            "Cmd": ["-c", "true"],
            "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Volumes": {"/data": {}},
            "WorkingDir": "/w",
            "User": "nobody",
            "Labels": {"a": "1", "version": "1.2.3"},
        },
        "history": history,
        "rootfs": {"type": "layers", "diff_ids": ids},
    });
    let names = ["0/layer.tar", "1/layer.tar", "2/layer.tar"];
    let manifest = json!([{"Config": "config.json", "RepoTags": ["agreement:1"], "Layers": names}]);
    let mut items = vec![Item::file("config.json", config.to_string())];
    items.extend(
        names
            .iter()
            .zip(layers)
            .map(|(name, layer)| Item::file(*name, layer)),
    );
    items.push(Item::file("manifest.json", manifest.to_string()));
    tar(&items)
}

/// All test files, with their names.
fn configs() -> Vec<(String, String)> {
    let mut configs = vec![
        ("files".to_owned(), FILES.to_owned()),
        ("schema 1".to_owned(), SCHEMA_1.to_owned()),
    ];
    for line in METADATA.lines() {
        let text = format!("schemaVersion: 2.0.0\nmetadataTest: {{{line}}}\n");
        configs.push((line.to_owned(), text));
    }
    configs
}

/// One line for each case: the name of the file and of the test.
fn ours(workspace: &Workspace) -> Vec<(String, bool)> {
    workspace.write("image.tar", archive());
    let image = Image::open(&workspace.path("image.tar"), None).unwrap();
    let parse = |(name, text): &(String, String)| Config::parse(name, text.as_bytes()).unwrap();
    let configs: Vec<_> = configs().iter().map(parse).collect();
    let mut structure = Structure::new(&image, &configs);
    let root = image.read(&mut [&mut structure]).unwrap();
    let outcomes = structure.outcomes(&root).unwrap();
    let case = |outcome: &Outcome| {
        let name = format!("{} | {}", outcome.suite, outcome.name);
        (name, outcome.verdict == Verdict::Passed)
    };
    outcomes.iter().map(case).collect()
}

#[test]
fn every_case_ends_as_it_does_there() {
    let ours = ours(&Workspace::new());
    let theirs: Vec<_> = VERDICTS.lines().map(recorded).collect();
    assert!(ours.len() > 100);
    let names = |cases: &[(String, bool)]| -> Vec<String> {
        cases.iter().map(|(name, _)| name.clone()).collect()
    };
    let their_names: Vec<_> = theirs.iter().map(|(name, _, _)| name.clone()).collect();
    assert_eq!(names(&ours), their_names);
    let mut wrong = Vec::new();
    for ((name, ours), (_, tar, docker)) in ours.iter().zip(&theirs) {
        let known = DIFFERENCES.iter().find(|(known, _)| known == name);
        let agree = ours == tar && ours == docker;
        let right = match known {
            // A difference that no longer exists must be removed from the list.
            Some((_, expected)) => !agree && ours == expected,
            None => agree,
        };
        if !right {
            wrong.push(format!("{name}: ours {ours}, tar {tar}, docker {docker}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    let named = |known: &str| ours.iter().any(|(name, _)| name == known);
    assert!(DIFFERENCES.iter().all(|(known, _)| named(known)));
}

fn recorded(line: &str) -> (String, bool, bool) {
    let mut words = line.splitn(3, ' ');
    let mut word = || words.next().unwrap();
    let (tar, docker) = (word() == "pass", word() == "pass");
    (word().to_owned(), tar, docker)
}

#[test]
#[ignore = "needs the real container-structure-test and a Docker engine"]
fn the_real_one_says_what_is_recorded() {
    let workspace = Workspace::new();
    let names: Vec<_> = ours(&workspace).into_iter().map(|(name, _)| name).collect();
    let archive = workspace.path("image.tar");
    let docker = std::env::var("DOCKER").unwrap_or_else(|_| "docker".to_owned());
    let loaded = Command::new(docker)
        .arg("load")
        .arg("--input")
        .arg(&archive)
        .output()
        .unwrap();
    assert!(
        loaded.status.success(),
        "{}",
        String::from_utf8_lossy(&loaded.stderr)
    );
    let mut text = String::new();
    let mut names = names.iter();
    for (_, config) in configs() {
        workspace.write("config.yaml", config);
        let path = workspace.path("config.yaml");
        let tar = real(
            &path,
            &["--driver", "tar", "--image", archive.to_str().unwrap()],
        );
        let docker = real(&path, &["--driver", "docker", "--image", "agreement:1"]);
        assert_eq!(tar.len(), docker.len());
        // The tool sorts its output, so cases with the same kind and name are indistinguishable.
        for (tar, docker) in in_our_order(&tar).zip(in_our_order(&docker)) {
            let name = names.next().unwrap();
            assert_eq!(tar.0, docker.0);
            assert!(name.contains(&tar.0), "{name}: {tar:?}");
            let verdict = |passed: bool| if passed { "pass" } else { "fail" };
            text += &format!("{} {} {name}\n", verdict(tar.1), verdict(docker.1));
        }
    }
    assert_eq!(names.next(), None);
    if std::env::var("AGREEMENT").is_ok_and(|what| what == "write") {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/structure/agreement/verdicts.txt");
        fs::write(path, &text).unwrap();
    } else {
        assert_eq!(text, VERDICTS);
    }
}

/// The part that needs no engine, if `./bazelw test` has fetched the real tool. The verdicts of the other part were
/// recorded with an engine.
#[test]
fn the_real_one_says_of_the_archive_what_is_recorded() {
    let Some(program) = reference_tool("container-structure-test") else {
        return;
    };
    let workspace = Workspace::new();
    let names: Vec<_> = ours(&workspace).into_iter().map(|(name, _)| name).collect();
    let archive = workspace.path("image.tar");
    let options = ["--driver", "tar", "--image", archive.to_str().unwrap()];
    let mut found = Vec::new();
    for (_, config) in configs() {
        workspace.write("config.yaml", config);
        let said = real_of(&program, &workspace.path("config.yaml"), &options);
        found.extend(in_our_order(&said).map(|(_, passed)| *passed));
    }
    let recorded: Vec<_> = VERDICTS
        .lines()
        .map(|line| line.starts_with("pass"))
        .collect();
    assert_eq!(found.len(), recorded.len());
    let differ = names.iter().zip(found.iter().zip(&recorded));
    // The tool unpacks the image, and these bits are only kept for root with all users. A sandbox has one user.
    let probe = workspace.path("image.tar");
    let lost = std::os::unix::fs::chown(&probe, Some(65532), Some(65532)).is_err();
    let of_root = |name: &str| name.contains("set user id") || name.contains("set group id");
    let differ: Vec<_> = differ
        .filter(|(name, (found, recorded))| found != recorded && !(lost && of_root(name)))
        .collect();
    assert!(differ.is_empty(), "{differ:?}");
}

/// Existence, contents, metadata, licenses; each in the order of the file.
fn in_our_order(cases: &[(String, bool)]) -> impl Iterator<Item = &(String, bool)> {
    ["File Existence", "File Content", "Metadata", "License"]
        .into_iter()
        .flat_map(move |kind| cases.iter().filter(move |(name, _)| name.starts_with(kind)))
}

/// The verdicts of the real tool for a test file, test by test.
fn real(config: &Path, options: &[&str]) -> Vec<(String, bool)> {
    let program = std::env::var("CONTAINER_STRUCTURE_TEST").unwrap();
    real_of(Path::new(&program), config, options)
}

fn real_of(program: &Path, config: &Path, options: &[&str]) -> Vec<(String, bool)> {
    let mut command = Command::new(program);
    command
        .arg("test")
        .args(options)
        .arg("--config")
        .arg(config);
    let output = command
        .args(["--output", "json"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = said["Results"].as_array().unwrap();
    let case = |result: &Value| {
        let name = result["Name"].as_str().unwrap().to_owned();
        (name, result["Pass"].as_bool().unwrap())
    };
    results.iter().map(case).collect()
}
