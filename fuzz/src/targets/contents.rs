//! Contents of images: their file form, reading them from layers, and the difference of two.

use std::collections::BTreeMap;

use contents_diff::{compare, render, Changelogs, Format, Side, Symbols};
use contents_from_layers::{read, Source};
use image_contents::Contents;

use super::{parts, repaired, seeded, target, write, Outcome, Target};

const JSON: &[&str] = &[
    "\"layers\":[]",
    "\"packages\":[]",
    "\"version\":\"1:2-3\"",
    "\"link\":{\"target\":\"a\"}",
    "\"directory\"",
    "<b>&\\u001b[2J`|\\u202e",
    "\"env\":[\"A=b\"]",
    "\"annotations\":{}",
    "18446744073709551615",
];
const TAR: &[&str] = &[
    "var/lib/dpkg/status",
    "var/lib/dpkg/status.d/a",
    "var/lib/dpkg/info/a.list",
    "usr/share/doc/a/copyright",
    "Package: a\nVersion: 1\n",
    "etc/os-release",
    ".wh.",
    "manifest.json",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("contents_diff", JSON, diff),
        repaired(seeded(
            "image_archive",
            target("contents_layers", TAR, layers),
        )),
    ]
}

/// Two contents files. Each form of their difference has no character that a terminal obeys.
fn diff(input: &[u8]) -> Outcome {
    let parts = parts(input);
    let read = |at: usize| Contents::parse("a", parts.get(at)?).ok();
    let Some(old) = read(0) else {
        return Ok(());
    };
    let bytes = old.to_json().map_err(|error| error.to_string())?;
    let again = Contents::parse("a", &bytes).map_err(|error| error.to_string())?;
    super::same("contents", &again, &old)?;
    let new = read(1).unwrap_or_else(|| old.clone());
    let (symbols, changelogs) = (Symbols::new(), Changelogs::new());
    let issues = BTreeMap::new();
    let side = |contents| Side {
        contents,
        symbols: &symbols,
        changelogs: &changelogs,
        issues: &issues,
    };
    let report = compare(&side(&old), &side(&new));
    for format in [Format::Text, Format::Markdown, Format::Json, Format::Html] {
        for is_summary in [false, true] {
            let text = render(&report, format, is_summary).map_err(|error| error.to_string())?;
            let text = String::from_utf8(text).map_err(|error| error.to_string())?;
            if text.contains(|c: char| c.is_control() && c != '\n') {
                return Err(format!("{format:?} has a control character"));
            }
        }
    }
    Ok(())
}

/// An archive, read once as both sides.
fn layers(input: &[u8]) -> Outcome {
    let directory = super::fresh_directory()?;
    let path = directory.path().join("image.tar");
    write(&path, input)?;
    let source = Source {
        path: &path,
        name: "a",
        platform: None,
    };
    if let Ok(read) = read(&[source, source]) {
        super::same("contents", &read[0], &read[1])?;
    }
    Ok(())
}
