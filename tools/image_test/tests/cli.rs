//! The command line interface. These tests run no program of an image.

mod support;

use serde_json::json;
use support::{tool, Fixture};
use testkit::Item;

fn fixture(architecture: &str) -> Fixture {
    let items = [
        Item::directory("etc/"),
        Item::file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    ];
    Fixture::new(
        architecture,
        &items,
        json!({"User": "0", "Env": ["PATH=/bin"]}),
    )
}

fn error(fixture: &Fixture, fields: &str) -> String {
    let outcome = fixture.test(fields);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    outcome.stderr
}

#[test]
fn nothing_to_test_is_an_error() {
    let fixture = fixture("amd64");
    let outcome = fixture.run(["--layout=image"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(
        outcome.stderr,
        "error: cannot test `image`: it tests nothing\nhint: add tests with `--config` or checks with `--check`\n"
    );
    assert_eq!(
        error(&fixture, "fileContentTests: []\n"),
        "error: cannot read tests `tests.yaml`: it has no tests\nhint: add one to commandTests, fileExistenceTests, fileContentTests, licenseTests, metadataTest\n"
    );
}

#[test]
fn bad_test_files() {
    let fixture = fixture("amd64");
    assert_eq!(
        error(&fixture, "fileExistenceTests:\n  - {name: a, path: /, premissions: x}\n"),
        "error: cannot read tests `tests.yaml`: unknown field `premissions` at line 3 column 24\nhint: did you mean `permissions`?\n"
    );
    assert_eq!(
        error(&fixture, "fileExistenceTests: {name: a}\n"),
        "error: cannot read tests `tests.yaml`: expected a list, found a mapping at line 2 column 21\n"
    );
    fixture.0.write("new.yaml", "schemaVersion: 2.1.0\n");
    let outcome = fixture.run(["--layout=image", "--config=new.yaml"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (1, "error: cannot read tests `new.yaml`: unknown `schemaVersion` `2.1.0` at line 1 column 16\nhint: expected one of 1.0.0, 2.0.0\n")
    );
    let outcome = fixture.run(["--layout=image", "--config=none.yaml"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (
            1,
            "error: cannot read `none.yaml`: No such file or directory (os error 2)\n"
        )
    );
}

#[test]
fn a_metadata_test_as_a_table_and_as_xml() {
    let fixture = fixture("amd64");
    fixture.0.write(
        "tests.yaml",
        "schemaVersion: 2.0.0\nmetadataTest: {user: '0'}\n",
    );
    let outcome = fixture.run([
        "--layout=image",
        "--config=tests.yaml",
        "--name=//a:b",
        "--junit=out.xml",
    ]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(
        outcome.stdout,
        "//a:b (linux/amd64)\n\ntests.yaml\nPASS    0.000s  Metadata Test\n\n1 passed, 0 failed, 0 skipped\n"
    );
    let xml = fixture.0.text("out.xml");
    assert!(
        xml.contains("<testcase name=\"Metadata Test\" classname=\"tests.yaml\""),
        "{xml}"
    );
    let mut bazel = tool();
    bazel
        .args(["--layout=image", "--config=tests.yaml"])
        .current_dir(fixture.0.path(""));
    let status = bazel
        .env("XML_OUTPUT_FILE", "bazel.xml")
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    assert!(fixture
        .0
        .text("bazel.xml")
        .contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""));
}

#[test]
fn commands_of_other_machines_are_skipped() {
    let fixture = fixture("mips");
    let outcome =
        fixture.test("commandTests: [{name: runs, command: ls}]\nmetadataTest: {user: '0'}\n");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(
        outcome.stdout,
        "image (linux/mips)\n\ntests.yaml\nSKIP    0.000s  Command Test: runs\n               unknown architecture `mips`\nPASS    0.000s  Metadata Test\n\nNOT TESTED:\n  tests.yaml: Command Test: runs: unknown architecture `mips`\n\n1 passed, 0 failed, 1 skipped\n"
    );
}

#[test]
fn a_run_that_skips_everything_is_an_error() {
    let fixture = fixture("mips");
    let outcome = fixture.test("commandTests: [{name: runs, command: ls}]\n");
    assert_eq!(outcome.code, 1);
    assert_eq!(
        outcome.stderr,
        "error: cannot test `image`: all of its tests were skipped\nhint: the table lists the reasons\n"
    );
}

#[test]
fn an_emulator_that_is_not_a_program() {
    let foreign = if std::env::consts::ARCH == "s390x" {
        "arm64"
    } else {
        "s390x"
    };
    let fixture = fixture(foreign);
    fixture.0.write(
        "tests.yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: ls}]\n",
    );
    let outcome = fixture.run([
        "--layout=image",
        "--config=tests.yaml",
        "--emulator=tests.yaml",
    ]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome
            .stdout
            .contains("Command Test: a: cannot read tests.yaml: not a program\n"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn all_checks_at_once() {
    let fixture = fixture("amd64");
    let outcome = fixture.run(["--layout=image", "--check=all"]);
    let expected = [
        "layers",
        "closure",
        "ownership",
        "links",
        "modes",
        "programs",
        "user",
    ];
    // A new check has its place among these.
    let suites: Vec<_> = outcome
        .stdout
        .lines()
        .filter(|line| expected.contains(line))
        .collect();
    assert_eq!(suites, expected, "{}", outcome.stdout);
    let outcome = fixture.run(["--layout=image", "--check=all", "--relation=same"]);
    assert_eq!(
        outcome.stderr,
        "error: cannot use `--check variants`: it needs `--against`\n\
         hint: name the other image with `--against PATH`\n"
    );
}

/// A parameter file as rules write it: a value may contain any character.
#[test]
fn flags_of_a_parameter_file() {
    let fixture = fixture("amd64");
    fixture.0.write(
        "@odd.yaml",
        "schemaVersion: 2.0.0\nmetadataTest: {user: '0'}\n",
    );
    fixture.0.write(
        "flags",
        "--layout=image\n--config=@odd.yaml\n--name=a\\nb \\\\ @c\n",
    );
    let run = || {
        let mut tool = tool();
        tool.env("IMAGE_TEST_FLAGS", "flags")
            .current_dir(fixture.0.path(""));
        support::run(&mut tool)
    };
    let outcome = run();
    assert!(
        outcome.code == 0 && outcome.stdout.starts_with("a\nb \\ @c (linux/amd64)\n"),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    fixture.0.write("flags", "--layout=image\n--name=\\t\n");
    assert_eq!(
        run().stderr,
        "error: cannot read `flags`: at line 2: unknown escape `\\t`: expected `\\\\`, `\\n`, `\\r` or `\\@`\n"
    );
}

#[test]
fn words_of_the_command_line_do_not_control_the_terminal() {
    let outcome = support::run(tool().arg("--\u{1b}[31m"));
    assert_eq!(outcome.code, 1);
    assert!(
        outcome
            .stderr
            .starts_with("error: unexpected argument '--\\u{1b}[31m' found\n"),
        "{outcome:?}"
    );
    assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:?}");
}
