//! The renderings, as golden files. `UPDATE_GOLDENS=1 cargo test -p vex --test vex golden` writes them.

use std::path::Path;

use crate::fixture::{
    amd64, assessed, document, image, layer, package, runtime, snapshot, OPTIONS,
};
use vex::{assess_image, explain, markdown_table, text_table, Options, Reviews};

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
        "cve-2024-0001",
    ] {
        let explanation = explain(issue, &assessed()[1..], &snapshot()).unwrap();
        text.push_str(&explanation.text(&snapshot()));
        text.push('\n');
    }
    let nowhere = explain("CVE-2024-0001", &[], &snapshot()).unwrap();
    text.push_str(&nowhere.text(&snapshot()));
    golden!("explain.txt", text);
    let json = explain("CVE-2024-0012", &assessed(), &snapshot()).unwrap();
    let json = json.to_json(&snapshot()).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    golden!("explain.json", format!("{value:#}\n"));
}

#[test]
fn names_of_issues() {
    for (name, message) in [
        (
            "CVE 2024",
            "cannot explain `CVE 2024`: expected the name of an issue, like `CVE-2024-1234`",
        ),
        (
            "",
            "cannot explain ``: expected the name of an issue, like `CVE-2024-1234`",
        ),
    ] {
        let error = explain(name, &[], &snapshot()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn parts_without_a_package_are_named() {
    let mut image = image("amd64", &[]);
    let mut layer = layer(&[]);
    layer.runtimes.push(runtime("nodejs", "24.11.1"));
    image.layers.push(layer);
    let assessed = assess_image(&image, &snapshot(), &Reviews::default()).unwrap();
    let table = text_table(&assessed, &snapshot());
    assert!(
        table.ends_with(": no issues; unknown to the tracker: nodejs 24.11.1\n"),
        "{table}"
    );
}

#[test]
fn a_terminal_obeys_no_name() {
    let mut image = image("amd64", &[]);
    image.name = "a\u{1b}[2J\u{202e}\nb".to_owned();
    let assessed = assess_image(&image, &snapshot(), &Reviews::default()).unwrap();
    for table in [
        text_table(&assessed, &snapshot()),
        markdown_table(&assessed, &snapshot()),
    ] {
        let obeyed = |c: char| c.is_control() || c == '\u{202e}';
        assert!(!table.trim_end_matches('\n').contains(obeyed), "{table:?}");
    }
}

/// trivy compares the name of the repository that it scans.
#[test]
fn repositories_name_the_products() {
    let names = ["example.org/a/static-debian12".to_owned(), "b".to_owned()];
    let options = Options {
        repositories: &names,
        ..OPTIONS
    };
    let bytes = vex::document(&[amd64()], &snapshot(), &options).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let hex = blob::Digest::of(b"amd64").hex();
    let products = document["statements"][0]["products"].as_array().unwrap();
    let ids: Vec<_> = products
        .iter()
        .map(|product| product["@id"].clone())
        .collect();
    let expected = ["b", "static-debian12"].map(|name| format!("pkg:oci/{name}@sha256%3A{hex}"));
    assert_eq!(ids, expected);
    assert_eq!(products[1]["hashes"]["sha-256"], hex);
}

#[test]
fn equal_input_gives_equal_bytes_in_any_order() {
    let bytes = |assessed: &[_]| vex::document(assessed, &snapshot(), &OPTIONS).unwrap();
    let mut reversed = assessed();
    reversed.reverse();
    assert_eq!(bytes(&assessed()), bytes(&reversed));
    let mut index = crate::fixture::index();
    index.images.reverse();
    index.images[0].layers.reverse();
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
fn an_image_without_issues_has_no_statements() {
    let image = image("s390x", &[package("netbase", "6.4", "netbase", "6.4")]);
    let assessed = assess_image(&image, &snapshot(), &Reviews::default()).unwrap();
    let document = document(std::slice::from_ref(&assessed));
    assert_eq!(document["statements"], serde_json::json!([]));
    let line = format!(
        "base:debian12 linux/s390x ({}), Debian security tracker on 2026-11-21T02:34:56Z: no issues\n",
        image.digest
    );
    assert_eq!(text_table(&assessed, &snapshot()), line);
    assert_eq!(markdown_table(&assessed, &snapshot()), line);
}
