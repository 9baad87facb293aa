//! The renderings, as golden files. `UPDATE_GOLDENS=1 cargo test -p vex --test vex golden` writes them.

use std::path::Path;

use crate::fixture::{amd64, assessed, document, image, package, snapshot, AUTHOR};
use vex::{assess_image, explain, markdown_table, text_table, Reviews};

macro_rules! golden {
    ($name:literal, $found:expr) => {
        let found: String = $found;
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            // cargo runs tests in the directory of the crate.
            let directory = Path::new("tests/vex/testdata");
            std::fs::write(directory.join($name), &found).unwrap();
        } else {
            let expected = include_str!(concat!("testdata/", $name));
            assert_eq!(found, expected, "\n{found}");
        }
    };
}

#[test]
fn the_document_of_an_image() {
    golden!(
        "image.openvex.json",
        format!("{:#}\n", document(&[amd64()]))
    );
}

#[test]
fn the_document_of_an_index() {
    golden!(
        "index.openvex.json",
        format!("{:#}\n", document(&assessed()))
    );
}

#[test]
fn the_tables() {
    golden!("table.txt", text_table(&amd64(), &snapshot()));
    golden!("table.md", markdown_table(&amd64(), &snapshot()));
}

#[test]
fn explanations() {
    let mut text = String::new();
    for issue in [
        "CVE-2024-0001",
        "CVE-2024-0012",
        "CVE-2023-0004",
        "CVE-2024-9999",
    ] {
        text.push_str(&explain(issue, &assessed(), &snapshot()).text(&snapshot()));
        text.push('\n');
    }
    let nowhere = explain("CVE-2024-0001", &[], &snapshot());
    text.push_str(&nowhere.text(&snapshot()));
    golden!("explain.txt", text);
    let json = explain("CVE-2024-0012", &assessed(), &snapshot());
    let json = json.to_json(&snapshot()).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    golden!("explain.json", format!("{value:#}\n"));
}

#[test]
fn equal_input_gives_equal_bytes_in_any_order() {
    let bytes = |assessed: &[_]| {
        vex::document(assessed, &snapshot(), &AUTHOR)
            .unwrap()
            .unwrap()
    };
    let mut reversed = assessed();
    reversed.reverse();
    assert_eq!(bytes(&assessed()), bytes(&reversed));
    let mut index = crate::fixture::index();
    index.images.reverse();
    index.images[0].packages.reverse();
    let again = vex::assess_index(&index, &snapshot(), &crate::fixture::reviews()).unwrap();
    assert_eq!(again, assessed());
}

#[test]
fn the_identity_follows_from_the_content() {
    let id = |assessed: &[_]| document(assessed)["@id"].clone();
    assert_eq!(id(&[amd64()]), id(&[amd64()]));
    assert_ne!(id(&[amd64()]), id(&assessed()));
}

#[test]
fn an_image_without_issues_has_no_document() {
    let image = image("s390x", &[package("netbase", "6.4", "netbase", "6.4")]);
    let assessed = assess_image(&image, &snapshot(), &Reviews::default()).unwrap();
    assert_eq!(
        vex::document(std::slice::from_ref(&assessed), &snapshot(), &AUTHOR).unwrap(),
        None
    );
    let line = format!(
        "base@{}, Debian security tracker on 2026-11-21T02:34:56Z: no issues\n",
        image.digest
    );
    assert_eq!(text_table(&assessed, &snapshot()), line);
    assert_eq!(markdown_table(&assessed, &snapshot()), line);
}
