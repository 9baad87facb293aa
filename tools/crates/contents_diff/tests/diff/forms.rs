//! The words of each form. `UPDATE_GOLDEN=1 cargo test -p contents_diff` writes the files.

use contents_diff::{render, Format};
use image_contents::Contents;

use crate::fixture;

fn text(format: Format, is_summary: bool) -> String {
    String::from_utf8(render(&fixture::report(), format, is_summary).unwrap()).unwrap()
}

fn check(name: &str, text: &str, expected: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = format!("{}/tests/diff/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, text).unwrap();
        return;
    }
    assert_eq!(text, expected, "{name}");
}

#[test]
fn golden_files() {
    check(
        "expected.txt",
        &text(Format::Text, false),
        include_str!("expected.txt"),
    );
    check(
        "summary.txt",
        &text(Format::Text, true),
        include_str!("summary.txt"),
    );
    check(
        "expected.md",
        &text(Format::Markdown, false),
        include_str!("expected.md"),
    );
    check(
        "expected.json",
        &text(Format::Json, false),
        include_str!("expected.json"),
    );
    check(
        "expected.html",
        &text(Format::Html, false),
        include_str!("expected.html"),
    );
}

#[test]
fn nothing_is_shown_of_equal_images() {
    let contents = Contents::Image(fixture::old());
    let report = fixture::plain(&contents, &contents);
    let text = |format| String::from_utf8(render(&report, format, false).unwrap()).unwrap();
    assert_eq!(
        text(Format::Text),
        "app:debian12 and app:debian12 do not differ\n"
    );
    assert_eq!(
        text(Format::Markdown),
        "`app:debian12` and `app:debian12` do not differ.\n"
    );
    assert!(text(Format::Html).contains("There is no difference."));
}

#[test]
fn no_line_ends_with_a_blank() {
    let text = text(Format::Text, false);
    assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
}
