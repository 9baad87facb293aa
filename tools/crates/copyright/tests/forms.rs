//! Copyright files of each form in `tests/forms`, and the text of their result. To write it again:
//! `UPDATE_EXPECTED=1 cargo test -p copyright --test forms`.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use copyright::Copyright;

/// Declares a test for each directory.
macro_rules! forms {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let name = stringify!($name);
                let text = include_str!(concat!("forms/", stringify!($name), "/copyright"));
                let expected = include_str!(concat!("forms/", stringify!($name), "/expected.txt"));
                compare(name, text, expected);
            }
        )*
    };
}

forms! {
    blank_lines
    carriage_returns
    combinations
    draft
    empty
    exceptions
    inline_texts
    last_match
    missing_texts
    mit_names
    no_files
    overall
    plain_text
    plain_with_fields
    prose_as_name
    simple
    variants
}

fn compare(name: &str, text: &str, expected: &str) {
    let found = shown(&Copyright::parse("example", text).unwrap());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/forms");
        std::fs::write(format!("{directory}/{name}/expected.txt"), found).unwrap();
    } else {
        assert_eq!(found, expected);
    }
}

fn shown(copyright: &Copyright) -> String {
    let mut shown = format!("format: {:?}\n", copyright.format);
    for group in &copyright.groups {
        writeln!(shown, "\nline {}: {}", group.line, group.files.join(" ")).unwrap();
        for line in &group.copyrights {
            writeln!(shown, "  copyright: {line}").unwrap();
        }
        writeln!(shown, "  licence: {}", group.licence).unwrap();
    }
    if let Some(overall) = &copyright.overall {
        writeln!(shown, "\noverall: {overall}").unwrap();
    }
    writeln!(shown, "\ndeclared: {}", copyright.declared).unwrap();
    for (reference, licence) in &copyright.texts {
        writeln!(shown, "\n{reference}: {}", licence.name).unwrap();
        match &licence.text {
            Some(text) => text.lines().for_each(|line| {
                let line = format!("  | {line}");
                writeln!(shown, "{}", line.trim_end()).unwrap();
            }),
            None => writeln!(shown, "  no text").unwrap(),
        }
        for common in &licence.common_licences {
            writeln!(shown, "  hint: {common}").unwrap();
        }
    }
    if !copyright.problems.is_empty() {
        writeln!(shown).unwrap();
    }
    for problem in &copyright.problems {
        writeln!(shown, "problem: {problem}").unwrap();
    }
    shown
}

#[test]
fn the_last_matching_group_counts() {
    let text = include_str!("forms/last_match/copyright");
    let copyright = Copyright::parse("example", text).unwrap();
    for (path, licence) in [
        ("README", "GPL-2.0-or-later"),
        ("./include/a.h", "LGPL-2.1-or-later"),
        ("lib/b.c", "LGPL-2.1-or-later"),
        ("lib/vendored/ab.c", "BSD-3-Clause"),
        ("lib/vendored/*.c", "BSD-3-Clause"),
        ("lib/vendored/abc.c", "LGPL-2.1-or-later"),
    ] {
        let group = copyright.group_of(path).unwrap();
        assert_eq!(group.licence.to_string(), licence, "{path}");
    }
    let simple = Copyright::parse("example", include_str!("forms/plain_text/copyright")).unwrap();
    assert_eq!(simple.group_of("README"), None);
}
