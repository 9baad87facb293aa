//! Names and texts that try to write to a terminal, or to add Markdown or HTML.

use contents_diff::{render, Format};
use image_contents::{Content, Contents, Image};

use crate::fixture;

const HOSTILE: &str = "<img src=x onerror=alert(1)>\u{1b}[2J\u{202e}`|*[a](https://example.org)@user&amp;</pre>\n# x\n\"'";

/// An image with hostile text at every place that a report shows.
fn hostile(mark: &str) -> Contents {
    let text = format!("{HOSTILE}{mark}");
    let mut image: Image = fixture::old();
    image.name.clone_from(&text);
    image.digest = fixture::digest(mark);
    image.architecture.clone_from(&HOSTILE.to_owned());
    image.settings.user.clone_from(&text);
    image.settings.entrypoint = vec![text.clone()];
    image.settings.labels.insert(text.clone(), text.clone());
    let package = &mut image.layers[2].packages[0];
    package.id.name = format!("z{text}");
    package.id.version.clone_from(&text);
    package.source.name.clone_from(&text);
    package.licenses.expression = Some(text.clone());
    image.layers[2].libraries[0].soname = Some(text.clone());
    image.layers[2].created_by.clone_from(&text);
    image.layers[2].digest = fixture::digest(&text);
    image.layers[0].entries.push(fixture::file(&text, mark, 1));
    image.layers[0].entries.push(fixture::link("link", &text));
    Contents::Image(image)
}

fn text(format: Format) -> String {
    let report = fixture::plain(&hostile("1"), &hostile("2"));
    String::from_utf8(render(&report, format, false).unwrap()).unwrap()
}

#[test]
fn terminals_obey_no_form() {
    for format in [Format::Text, Format::Markdown, Format::Json, Format::Html] {
        let text = text(format);
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{format:?}: {text:?}");
    }
}

#[test]
fn a_line_feed_adds_no_line() {
    for format in [Format::Text, Format::Markdown] {
        let text = text(format);
        assert!(!text.lines().any(|line| line.starts_with("# x")), "{text}");
    }
}

#[test]
fn markdown_has_no_foreign_markup() {
    let text = text(Format::Markdown);
    for part in ["<img", "[a]", "@user", "|*", "</pre>\\n"] {
        assert!(!text.contains(part), "{part}: {text}");
    }
    let cells = |line: &&str| line.starts_with("| ");
    for line in text.lines().filter(cells) {
        let columns = line.matches('|').count() - 1;
        assert!((2..=6).contains(&columns), "{line}");
    }
}

#[test]
fn html_has_no_foreign_markup() {
    let text = text(Format::Html);
    assert!(!text.contains("<img") && !text.contains("[a](https:") || !text.contains("<img"));
    assert!(text.contains("&lt;img src=x onerror=alert(1)&gt;"));
    assert!(!text.contains("<script"));
    // A quote in an attribute would end it.
    assert!(!text.contains("\"'2\""), "{text}");
}

#[test]
fn json_keeps_the_texts() {
    let value: serde_json::Value = serde_json::from_str(&text(Format::Json)).unwrap();
    assert_eq!(value["difference"]["old"]["name"], format!("{HOSTILE}1"));
}

/// A contents file can have any numbers.
#[test]
fn sizes_do_not_overflow() {
    let mut image = fixture::old();
    for layer in &mut image.layers {
        layer.size = u64::MAX;
        let packages = layer.packages.iter_mut();
        let entries = packages.flat_map(|package| &mut package.entries);
        for entry in entries.chain(&mut layer.entries) {
            if let Content::File { size, .. } = &mut entry.content {
                *size = u64::MAX;
            }
        }
    }
    let (old, new) = (Contents::Image(fixture::old()), Contents::Image(image));
    let report = fixture::plain(&old, &new);
    assert_eq!(report.images[0].sizes[0].new, u64::MAX);
    for format in [Format::Text, Format::Markdown, Format::Json, Format::Html] {
        assert!(!render(&report, format, false).unwrap().is_empty());
    }
}
