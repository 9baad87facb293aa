//! Faults seeded into a valid image: each is found by the expected check and no other, with fixed messages.
//!
//! `faults/expected.txt` has the messages. After an intended change, the failed test prints the new content of the
//! file.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "faults/image.rs"]
mod image;
#[path = "faults/seeded.rs"]
mod seeded;
#[path = "faults/variants.rs"]
mod variants;

use std::collections::BTreeSet;

use testkit::{Item, Workspace};

use crate::image::Image;
use crate::variants::Pair;

const EXPECTED: &str = include_str!("faults/expected.txt");

const CHECKS: &str = "--check=layers,closure,ownership,links,modes,programs,secrets,user";

const INDEX: &str = r#"{"distro": "debian12", "version": 1, "libraries": {
    "ld-musl-x86_64.so.1": {"amd64": "musl"}, "libfoo.so.1": "libfoo1", "libc.so.6": "libc6"}}"#;

const DECLARED: &str = r#"{"generated": {"etc/passwd": "the users"}}"#;

/// The relevant output of a run: the suites that failed, and the lines of their problems.
struct Run {
    code: i32,
    failed: BTreeSet<String>,
    text: String,
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Run {
    let outcome = workspace.run(env!("CARGO_BIN_EXE_image_test"), arguments);
    assert_eq!(outcome.stderr, "", "{}", outcome.stdout);
    let xml = workspace.text("junit.xml");
    let (mut failed, mut text) = (BTreeSet::new(), String::new());
    for case in xml.split("<testcase ").skip(1) {
        let Some((_, failure)) = case.split_once("<failure ") else {
            continue;
        };
        let (_, lines) = failure.split_once('>').unwrap();
        let (lines, _) = lines.split_once("</failure>").unwrap();
        let suite = attribute(case, "classname");
        let name = attribute(case, "name");
        text += &format!("{suite}: {name}\n");
        for line in plain(lines).lines() {
            text += &format!("  {line}\n");
        }
        failed.insert(suite);
    }
    Run {
        code: outcome.code,
        failed,
        text,
    }
}

fn attribute(case: &str, name: &str) -> String {
    let (_, rest) = case.split_once(&format!("{name}=\"")).unwrap();
    plain(rest.split('"').next().unwrap())
}

fn plain(xml: &str) -> String {
    let mut text = xml.to_owned();
    for (from, to) in [
        ("&#10;", "\n"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ] {
        text = text.replace(from, to);
    }
    text
}

fn check(image: &Image, flags: &[&str]) -> Run {
    let workspace = Workspace::new();
    image.write(&workspace.path("image"));
    workspace.write("index.json", INDEX);
    workspace.write("declared.json", DECLARED);
    workspace.write(
        "unneeded.json",
        r#"{"closure": {"usr/bin/app needs libbar.so.1": "it is not used"}}"#,
    );
    workspace.write(
        "writable.json",
        r#"{"writable": {"srv/data": "it writes there", "srv/cache": "and there"}}"#,
    );
    workspace.write(
        "directories.json",
        r#"{"directories": {"etc": "the fault is of another check"}}"#,
    );
    workspace.write(
        "users.json",
        r#"{"users": {"app": "mounted when it runs"}}"#,
    );
    let mut arguments = vec![
        "--layout=image",
        CHECKS,
        "--index=index.json",
        "--declared=declared.json",
        "--junit=junit.xml",
    ];
    arguments.extend(flags);
    run(&workspace, &arguments)
}

fn compare(pair: &Pair) -> Run {
    let workspace = Workspace::new();
    (pair.image)().write(&workspace.path("image"));
    (pair.other)().write(&workspace.path("other"));
    let declared = match pair.relation {
        "debug" => {
            r#"{"config": {"config.Entrypoint": "a shell"}, "extra_layers": {"busybox": "a shell"}}"#
        }
        _ => "{}",
    };
    workspace.write("declared.json", declared);
    let relation = format!("--relation={}", pair.relation);
    run(
        &workspace,
        &[
            "--layout=image",
            "--check=variants",
            "--against=other",
            &relation,
            "--declared=declared.json",
            "--junit=junit.xml",
        ],
    )
}

/// A declared change of a directory, an unchanged entry in a later layer, and a new directory after a whiteout.
#[test]
fn directories_may_change() {
    let mut image = Image::sound();
    image.layers[1]
        .after
        .push(Item::directory("tmp").mode(0o700));
    image.layers[1]
        .after
        .push(Item::directory("srv").mode(0o700));
    image.layers[3].after.push(Item::file(".wh.lib64", ""));
    let layer = image.app();
    layer.after.push(Item::directory("srv"));
    layer.after.push(Item::directory("lib64").mode(0o700));
    let declared = r#"{"generated": {"etc/passwd": "the users"}, "directories": {"tmp": "nobody writes there"}}"#;
    let workspace = Workspace::new();
    image.write(&workspace.path("image"));
    workspace.write("declared.json", declared);
    let flags = [
        "--layout=image",
        "--check=layers",
        "--declared=declared.json",
        "--junit=junit.xml",
    ];
    let found = run(&workspace, &flags);
    assert_eq!(found.text, "");
    workspace.write("declared.json", declared.replace("tmp", "srv"));
    let found = run(&workspace, &flags);
    assert_eq!(
        found.text,
        "layers: directories keep their mode and owner between layers\n  \
         `tmp` is 1777 0:0 in layer 0 and 0700 0:0 in layer 1\n  \
         unused exception in `directories`: `srv`\n"
    );
}

#[test]
fn sound_images_pass() {
    for profile in ["default", "lambda", "openshift", "rootless"] {
        let run = check(&Image::sound(), &["--profile", profile]);
        assert_eq!((run.code, run.text.as_str()), (0, ""), "{profile}");
    }
    for pair in &variants::SOUND {
        let run = compare(pair);
        assert_eq!((run.code, run.text.as_str()), (0, ""), "{}", pair.name);
    }
}

#[test]
fn each_fault_is_found_by_its_check_alone() {
    let mut text = String::new();
    for fault in &seeded::FAULTS {
        let mut image = Image::sound();
        (fault.harm)(&mut image);
        let run = check(&image, fault.flags);
        assert_eq!(run.code, 1, "{}", fault.name);
        assert_eq!(
            run.failed,
            [fault.check.to_owned()].into(),
            "{}\n{}",
            fault.name,
            run.text
        );
        text += &format!("# {}\n{}\n", fault.name, run.text);
    }
    for pair in &variants::FAULTS {
        let run = compare(pair);
        assert_eq!(run.code, 1, "{}", pair.name);
        text += &format!("# {}\n{}\n", pair.name, run.text);
    }
    assert!(text == EXPECTED, "faults/expected.txt should be:\n{text}");
}
