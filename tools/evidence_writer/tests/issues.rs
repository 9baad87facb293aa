//! The commands about issues: `vex`, `vex-gate` and `explain`. The crate `vex` has the tests of what they write.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

const CONTENTS: &str = include_str!("issues/testdata/image.contents.json");
const TRACKER: &str = include_str!("issues/testdata/tracker.json");
const DIGEST: &str = "sha256:4dabbf0b86fc0a0143b20c6e22479018d20ae2840f3cf69cb8767f6096132903";

/// A directory with contents, a lock of the tracker, and reviews.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let reviews = r#"[{"binaries":["openssl"],"issue":"CVE-2024-90001","reference":"https://www.example.org","source":"openssl"}]"#;
    for (name, text) in [
        ("image.json", CONTENTS),
        ("tracker.json", TRACKER),
        ("reviews.json", reviews),
    ] {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

/// Runs a command in the directory. The error is the message without `error: `.
fn run(directory: &Path, command: &str, options: &[&str]) -> Result<(), String> {
    let output = program(directory).arg(command).args(options).output();
    let output = output.unwrap();
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8(output.stderr).unwrap();
    let message = message.strip_prefix("error: ").unwrap();
    Err(message.trim_end().to_owned())
}

const INPUT: [&str; 4] = ["--contents", "image.json", "--tracker", "tracker.json"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&INPUT[..], more].concat()
}

#[test]
fn each_format_has_its_output() {
    let directory = directory();
    let options = with(&[
        "--author", "Example", "--format", "openvex", "--output", "a.json", "--format", "text",
        "--output", "a.txt", "--format", "markdown", "--output", "a.md",
    ]);
    run(directory.path(), "vex", &options).unwrap();
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    let document: serde_json::Value = serde_json::from_str(&read("a.json")).unwrap();
    assert_eq!(document["author"], "Example");
    assert_eq!(document["statements"].as_array().unwrap().len(), 2);
    let summary = format!("server:server linux/amd64 ({DIGEST}), Debian security tracker on 2026-11-21T02:34:56Z: 1 fixed in a newer version, 1 open\n");
    assert!(read("a.txt").starts_with(&summary), "{}", read("a.txt"));
    assert!(read("a.md").contains("| [CVE-2024-90001]("));
    let error = run(directory.path(), "vex", &options[..8]).unwrap_err();
    assert!(error.contains("--output"), "{error}");
    let uneven = [&options[..], &["--output", "b"]].concat();
    assert_eq!(
        run(directory.path(), "vex", &uneven).unwrap_err(),
        "cannot use options `--format, --output`: found 3 formats and 4 outputs"
    );
    assert!(!directory.path().join("b").exists());
}

#[test]
fn the_gate() {
    let directory = directory();
    let gate = |options: &[&str]| run(directory.path(), "vex-gate", options);
    assert_eq!(
        gate(&with(&["--name", "//:server"])).unwrap_err(),
        "cannot accept `//:server`: Debian has fixed: CVE-2024-90001 in openssl 3.0.16-1~deb12u1 (found 3.0.15-1~deb12u1)\n\
         hint: lock the packages again (`bazel run @debian12//:lock`), to get openssl 3.0.16-1~deb12u1 or later; for the lock of another module, use a newer version of it"
    );
    // The image does not have the affected binary package.
    assert_eq!(gate(&with(&["--reviews", "reviews.json"])), Ok(()));
    let error = gate(&INPUT).unwrap_err();
    assert!(
        error.starts_with("cannot accept `server:server`: "),
        "{error}"
    );
}

#[test]
fn contents_that_contradict_each_other() {
    let directory = directory();
    let other = CONTENTS.replace("libssl3", "libssl4");
    fs::write(directory.path().join("other.json"), other).unwrap();
    let options = with(&["--contents", "other.json"]);
    let error = run(directory.path(), "vex-gate", &options).unwrap_err();
    let start = "cannot use contents `other.json`: it contradicts `image.json` about image ";
    assert_eq!(error, format!("{start}{DIGEST}"));
    let twice = with(&["--contents", "image.json", "--reviews", "reviews.json"]);
    assert_eq!(run(directory.path(), "vex-gate", &twice), Ok(()));
}

#[test]
fn files_that_cannot_be_used() {
    let directory = directory();
    for (file, text, expected) in [
        (
            "tracker.json",
            "{",
            "cannot read tracker lock `tracker.json`: it is truncated",
        ),
        (
            "tracker.json",
            "\u{fffd}",
            "cannot read tracker lock `tracker.json`: expected value",
        ),
        (
            "reviews.json",
            "{}",
            "cannot read reviews `reviews.json`: invalid type",
        ),
        (
            "image.json",
            "{}",
            "cannot read contents `image.json`: missing field `contents`",
        ),
    ] {
        let path = directory.path().join(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, text).unwrap();
        let options = with(&["--reviews", "reviews.json"]);
        let error = run(directory.path(), "vex-gate", &options).unwrap_err();
        let error = error.replace(&format!("{}/", directory.path().display()), "");
        assert!(error.starts_with(expected), "{error}");
        fs::write(&path, before).unwrap();
    }
}

/// Runs the program in the directory.
fn program(directory: &Path) -> Command {
    let program = fs::canonicalize(env!("CARGO_BIN_EXE_evidence_writer")).unwrap();
    let mut command = Command::new(program);
    command.current_dir(directory);
    command
}

#[test]
fn explanations_as_a_command() {
    let directory = directory();
    let mut command = program(directory.path());
    let output = command
        .args(["explain", "cve-2024-90002"])
        .args(INPUT)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text,
        format!(
            "CVE-2024-90002: https://security-tracker.debian.org/tracker/CVE-2024-90002\n\
             Debian security tracker on 2026-11-21T02:34:56Z:\n  \
               openssl: bookworm: open\n\
             affected:\n  \
               image: server:server linux/amd64 of 2026-11-20T02:11:10Z ({DIGEST})\n  \
               packages: libssl3 3.0.15-1~deb12u1\n  \
               why: Debian security tracker on 2026-11-21T02:34:56Z: openssl 3.0.15-1~deb12u1 in bookworm: open; urgency: low\n  \
               action: Wait for an update: bookworm has no fix of openssl yet.\n"
        )
    );
    let mut command = program(directory.path());
    let output = command
        .args(["explain", "--format=json", "CVE-1"])
        .args(INPUT)
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["found"], serde_json::json!([]));
}

/// A rule's command gets its arguments from a file, and those of the user after them.
#[test]
fn arguments_of_a_rule() {
    let directory = directory();
    let arguments = "explain\n--contents=image.json\n--tracker=tracker.json\n";
    fs::write(directory.path().join("arguments"), arguments).unwrap();
    let run = |file: &str, argument: &str| {
        let mut command = program(directory.path());
        command.env("EVIDENCE_WRITER_FLAGS", file).arg(argument);
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, text, _) = run("arguments", "CVE-2024-90001");
    assert_eq!(code, Some(0));
    assert!(
        text.contains("openssl: bookworm: fixed in 3.0.16-1~deb12u1"),
        "{text}"
    );
    let (code, _, error) = run("arguments", "CVE 1");
    let expected =
        "error: cannot explain `CVE 1`: expected the name of an issue, like `CVE-2024-1234`\n";
    assert_eq!((code, &*error), (Some(1), expected));
    let (code, _, error) = run("none", "CVE-1");
    let expected = "error: cannot read `none`: No such file or directory (os error 2)\n";
    assert_eq!((code, &*error), (Some(1), expected));
}

/// `bazel run` starts the program in another directory than the user.
#[test]
fn paths_are_those_of_the_user() {
    let directory = directory();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = program(elsewhere.path());
    command.env("BUILD_WORKING_DIRECTORY", directory.path());
    let output = command
        .args(["explain", "CVE-1"])
        .args(INPUT)
        .output()
        .unwrap();
    assert!(output.status.success());
}
