//! Properties of every text: valid expressions, references with an entry, and the same result for each run.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use copyright::{Copyright, Expression, Format, MAX_BYTES, MAX_LINES, MAX_NAMES, MAX_PROBLEMS};
use proptest::prelude::*;

/// Pieces of copyright files, in any order.
fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "Files: * a/b\n",
        "Copyright: 2020 A\n",
        "License: ",
        "License:\n",
        " text\n",
        " .\n",
        "\n",
        "\n\n",
        "GPL-2+",
        "Expat",
        "GPL",
        "Foo",
        "foo",
        "BSD-3-clause~Foo",
        "Apache-2",
        "MPL-2.0+",
        "GFDL-NIV-1.3+",
        " or ",
        " and ",
        ", and ",
        ", ",
        " with Libtool exception",
        " with Foo exception",
        " WITH LLVM-exception",
        "é",
        "+",
        "~",
        "(",
        " ",
        ":",
        "\r\n",
        "\u{0}",
        "/usr/share/common-licenses/GPL-2",
    ]);
    let format = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";
    let piece = prop_oneof![4 => pieces.prop_map(str::to_owned), 1 => ".{0,3}"];
    proptest::collection::vec(piece, 0..60)
        .prop_map(move |pieces| format!("{format}{}", pieces.concat()))
}

/// Whether a library that is not ours reads the expression, in its strict mode.
fn check(copyright: &Copyright, expression: &Expression) {
    let written = expression.to_string();
    let read = spdx::Expression::parse(&written);
    assert!(read.is_ok(), "{written}: {}", read.unwrap_err());
    for licence in expression.licences() {
        let is_reference = licence.starts_with("LicenseRef-");
        assert_eq!(
            copyright.texts.contains_key(licence),
            is_reference,
            "{licence}"
        );
    }
}

fn check_all(copyright: &Copyright) {
    check(copyright, &copyright.declared);
    let mut used: BTreeSet<&str> = copyright.declared.licences();
    for group in &copyright.groups {
        check(copyright, &group.licence);
        assert!(group.licence.licences().is_subset(&used));
    }
    if let Some(overall) = &copyright.overall {
        check(copyright, overall);
        used.extend(overall.licences());
    }
    for reference in copyright.texts.keys() {
        assert!(used.contains(reference.as_str()), "{reference}");
    }
    assert!(copyright.problems.len() <= MAX_PROBLEMS);
    assert!(copyright.problems.is_sorted_by_key(|problem| problem.line));
}

proptest! {
    #[test]
    fn every_text_has_valid_expressions(text in text()) {
        let copyright = Copyright::parse("a", &text).unwrap();
        check_all(&copyright);
        prop_assert_eq!(Copyright::parse("a", &text).unwrap(), copyright);
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check_all(&Copyright::parse("a", &text).unwrap());
    }

    #[test]
    fn the_order_of_groups_does_not_change_the_declared_licence(
        mut licences in proptest::collection::vec("(MIT|GPL-2\\+|Foo) (and|or) (ISC|GPL-3|Bar)", 1..6),
    ) {
        let declared = |licences: &[String]| {
            let group = |licence: &String| format!("\nFiles: *\nCopyright: A\nLicense: {licence}\n");
            let groups: String = licences.iter().map(group).collect();
            let text = format!("Format: copyright-format/1.0\n{groups}");
            Copyright::parse("a", &text).unwrap().declared.to_string()
        };
        let before = declared(&licences);
        licences.reverse();
        licences.push(licences[0].clone());
        prop_assert_eq!(declared(&licences), before);
    }
}

fn error(text: &str) -> String {
    Copyright::parse("a", text).unwrap_err().to_string()
}

#[test]
fn limits() {
    let cannot = "cannot read the copyright file of `a`: it has more than";
    let long = "x".repeat(MAX_BYTES + 1);
    assert_eq!(error(&long), format!("{cannot} 4194304 bytes"));
    let names = "a or ".repeat(MAX_NAMES);
    let text = format!("Format: copyright-format/1.0\nLicense: {names}a\n");
    assert_eq!(error(&text), format!("{cannot} 20000 licence names"));
    let files = "a ".repeat(MAX_LINES + 1);
    let text = format!("Format: copyright-format/1.0\n\nFiles: {files}\n");
    let unit = "patterns and lines of copyright";
    assert_eq!(error(&text), format!("{cannot} 200000 {unit}"));
    // Each name has the text of the combination.
    let names: Vec<_> = (0..1000).map(|number| format!("n{number}")).collect();
    let names = names.join(" and ");
    let body = " x\n".repeat(100_000);
    let text = format!("Format: copyright-format/1.0\n\nFiles: *\nLicense: {names}\n{body}");
    assert_eq!(
        error(&text),
        format!("{cannot} 8388608 bytes of licence texts")
    );
}

/// Each name of a long synopsis could be compared with the synopsis, and with a long text.
#[test]
fn long_texts_of_many_names_are_fast() {
    let names = "MIT and ".repeat(MAX_NAMES - 1);
    let body = " to deal in other words\n".repeat(150_000);
    let text = format!("Format: copyright-format/1.0\n\nFiles: *\nLicense: {names}Foo\n{body}");
    let copyright = Copyright::parse("a", &text).unwrap();
    assert_eq!(copyright.declared.licences().len(), 2);
    assert_eq!(copyright.texts.len(), 2);
}

#[test]
fn long_paragraphs_of_any_text_are_fast() {
    let fields: String = (0..300_000).map(|number| format!("a{number}:\n")).collect();
    let copyright = Copyright::parse("a", &fields).unwrap();
    assert_eq!(copyright.format, Format::NotMachineReadable);
}
