//! Several images in one run: each has the same results as alone.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use serde_json::json;
use support::{run, tool, Fixture};
use testkit::{Item, Outcome};

/// Two images of one layout, each with its own test files and options.
fn fixture() -> Fixture {
    let items = [
        Item::directory("etc/"),
        Item::file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    ];
    let fixture = Fixture::new("amd64", &items, json!({"User": "0"}));
    fixture.0.write(
        "declared.json",
        r#"{"generated": {"etc/passwd": "made by this test"}}"#,
    );
    let text = "schemaVersion: 2.0.0\nfileContentTests: [{name: root, path: /etc/passwd, expectedContents: [";
    fixture
        .0
        .write("right.yaml", format!("{text}'^root:']}}]\n"));
    fixture
        .0
        .write("wrong.yaml", format!("{text}'^nobody:']}}]\n"));
    for (name, layout) in [("right", "image"), ("wrong", "copy")] {
        let flags =
            format!("--layout={layout}\n--name=//a:{name}\n--config={name}.yaml\n--check=links,closure,ownership\n--declared=declared.json\n");
        fixture.0.write(&format!("{name}.flags"), flags);
    }
    let (from, to) = (fixture.0.path("image"), fixture.0.path("copy"));
    fs::create_dir_all(to.join("blobs/sha256")).unwrap();
    for name in ["oci-layout", "index.json"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    for blob in fs::read_dir(from.join("blobs/sha256")).unwrap() {
        let blob = blob.unwrap();
        let place = to.join("blobs/sha256").join(blob.file_name());
        fs::hard_link(blob.path(), place).unwrap();
    }
    fixture
}

fn both(fixture: &Fixture) -> Outcome {
    let mut command = tool();
    command
        .current_dir(fixture.0.path(""))
        .arg("--junit=out.xml");
    run(command.env("IMAGE_TEST_FLAGS", "right.flags:wrong.flags"))
}

fn alone(fixture: &Fixture, name: &str) -> Outcome {
    let mut command = tool();
    command.current_dir(fixture.0.path(""));
    run(command.env("IMAGE_TEST_FLAGS", format!("{name}.flags")))
}

#[test]
fn each_has_its_table_and_its_suites() {
    let fixture = fixture();
    let (both, right, wrong) = (
        both(&fixture),
        alone(&fixture, "right"),
        alone(&fixture, "wrong"),
    );
    assert_eq!(
        (both.code, right.code, wrong.code),
        (1, 0, 1),
        "{}",
        right.stdout
    );
    assert_eq!(both.stdout, format!("{}{}", right.stdout, wrong.stdout));
    assert_eq!(both.stderr, "");
    let xml = fixture.0.text("out.xml");
    for expected in [
        "<testsuites name=\"//a:right (linux/amd64), //a:wrong (linux/amd64)\"",
        "<testsuite name=\"//a:right (linux/amd64): right.yaml\" tests=\"1\" failures=\"0\"",
        "<testsuite name=\"//a:wrong (linux/amd64): wrong.yaml\" tests=\"1\" failures=\"1\"",
        "<testsuite name=\"//a:wrong (linux/amd64): links\"",
    ] {
        assert!(xml.contains(expected), "{expected}: {xml}");
    }
}

#[test]
fn a_problem_of_one_image_is_reported_for_that_image() {
    let fixture = fixture();
    for blob in fs::read_dir(fixture.0.path("copy/blobs/sha256")).unwrap() {
        let blob = blob.unwrap().path();
        let mut bytes = fs::read(&blob).unwrap();
        // The layer is the only blob that is not JSON. Write a new file: the other layout keeps its own.
        if bytes[0] != b'{' {
            bytes.reverse();
            fs::remove_file(&blob).unwrap();
            fs::write(&blob, bytes).unwrap();
        }
    }
    let (both, wrong) = (both(&fixture), alone(&fixture, "wrong"));
    assert_eq!((both.code, wrong.code), (1, 1));
    assert_eq!(
        both.stderr,
        wrong
            .stderr
            .replacen("error: ", "error: cannot test `//a:wrong`: ", 1)
    );
    assert!(
        wrong
            .stderr
            .starts_with("error: cannot read layer `sha256:"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_missing_image_is_named() {
    let fixture = fixture();
    fs::remove_dir_all(fixture.0.path("copy")).unwrap();
    let both = both(&fixture);
    assert_eq!((both.code, both.stdout.as_str()), (1, ""));
    assert_eq!(
        both.stderr,
        "error: cannot open image `copy`: No such file or directory (os error 2)\n"
    );
}
