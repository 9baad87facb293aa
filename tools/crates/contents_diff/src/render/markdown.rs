//! GitHub Flavored Markdown.

use message::escape;

use super::lines::first;
use super::{grouped, summary};
use crate::report::{
    ChangelogChange, FileChange, ImageReport, IssueReport, LibraryChange, PackageChange, Report,
    SettingChange,
};
use figures::bytes;

/// Files that are listed. The description of a pull request may have 65536 characters.
const MAX_FILES: usize = 100;

/// Symbols that are listed for a library.
const MAX_SYMBOLS: usize = 20;

/// Lines of the changelog entries of one source package.
const MAX_LINES: usize = 60;

pub(super) fn render(report: &Report, is_summary: bool) -> String {
    let (old, new) = (code(&report.old.name), code(&report.new.name));
    if report.is_empty() {
        return format!("{old} and {new} do not differ.\n");
    }
    let mut text = format!("## Difference of {old} and {new}\n");
    let sides = [("old", &report.old), ("new", &report.new)];
    let known = sides
        .iter()
        .filter_map(|(word, subject)| Some((word, subject.digest.as_ref()?)));
    let digests: Vec<String> = known
        .map(|(word, digest)| format!("- {word}: {}\n", code(digest)))
        .collect();
    if !digests.is_empty() && !is_summary {
        text.push_str(&format!("\n{}", digests.concat()));
    }
    for (platforms, word) in [
        (&report.added_platforms, "added"),
        (&report.removed_platforms, "removed"),
    ] {
        let platforms: Vec<String> = platforms.iter().map(|name| code(name)).collect();
        if !platforms.is_empty() {
            text.push_str(&format!("\nPlatforms {word}: {}\n", platforms.join(", ")));
        }
    }
    for (platforms, body) in grouped(report, |image| body(image, is_summary)) {
        text.push_str(&format!("\n### {}\n{body}", plain(&platforms)));
    }
    text
}

fn body(image: &ImageReport, is_summary: bool) -> String {
    let rows: Vec<Vec<String>> = summary::rows(image)
        .into_iter()
        .map(|(name, text)| vec![name.to_owned(), text])
        .collect();
    let mut text = table(["part", "difference"], &rows);
    let issues = image.issues.as_ref();
    text.push_str(&section(
        "Issues",
        issues.map(self::issues).unwrap_or_default(),
    ));
    text.push_str(&section("Libraries", libraries(&image.libraries)));
    if !is_summary {
        text.push_str(&symbols(&image.libraries));
    }
    text.push_str(&section("Packages", packages(&image.packages)));
    text.push_str(&section("Runtimes", packages(&image.runtimes)));
    text.push_str(&section("Settings", settings(&image.settings)));
    if !is_summary {
        text.push_str(&section(
            "Files outside of changed packages",
            files(&image.files),
        ));
        text.push_str(&changelogs(&image.changelogs));
    }
    text
}

fn section(heading: &str, table: String) -> String {
    if table.is_empty() {
        table
    } else {
        format!("\n#### {heading}\n{table}")
    }
}

/// A table; an empty text if it has no rows.
fn table<const N: usize>(heading: [&str; N], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = format!("\n| {} |\n|{}\n", heading.join(" | "), " --- |".repeat(N));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

fn optional(value: Option<&str>) -> String {
    value
        .filter(|value| !value.is_empty())
        .map(code)
        .unwrap_or_default()
}

fn issues(report: &IssueReport) -> String {
    let rows = report.changes.iter().map(|change| {
        let [old, new] =
            [&change.old, &change.new].map(|state| plain(state.as_deref().unwrap_or("")));
        vec![
            change.trend.word().to_owned(),
            code(&change.issue),
            code(&change.source),
            old,
            new,
        ]
    });
    table(
        ["", "issue", "source package", "old", "new"],
        &rows.collect::<Vec<_>>(),
    )
}

fn packages(packages: &[PackageChange]) -> String {
    let rows = packages.iter().map(|package| {
        let [old, new] = [&package.old, &package.new].map(|facts| {
            let version = facts.as_ref().map(|facts| &*facts.version);
            optional(version)
        });
        let source = package.facts().map(|facts| &*facts.source);
        vec![
            package.change.word().to_owned(),
            code(&package.name),
            old,
            new,
            optional(source),
        ]
    });
    table(
        ["", "package", "old", "new", "source package"],
        &rows.collect::<Vec<_>>(),
    )
}

fn libraries(libraries: &[LibraryChange]) -> String {
    let number = |symbols: &[String]| match symbols.len() {
        0 => String::new(),
        number => number.to_string(),
    };
    let rows = libraries.iter().map(|library| {
        vec![
            library.change.word().to_owned(),
            code(&library.soname),
            optional(library.package.as_deref()),
            number(&library.removed_symbols),
            number(&library.moved_symbols),
            number(&library.added_symbols),
        ]
    });
    let heading = [
        "",
        "library",
        "package",
        "removed symbols",
        "moved symbols",
        "added symbols",
    ];
    table(heading, &rows.collect::<Vec<_>>())
}

fn symbols(libraries: &[LibraryChange]) -> String {
    let mut text = String::new();
    for library in libraries
        .iter()
        .filter(|library| !library.removed_symbols.is_empty())
    {
        let (shown, others) = first(&library.removed_symbols, MAX_SYMBOLS);
        let mut lines: Vec<String> = shown.iter().map(|symbol| escape(symbol)).collect();
        if others > 0 {
            lines.push(format!("… and {others} more"));
        }
        let summary = format!("Removed symbols of {}", html(&library.soname));
        text.push_str(&folded(&summary, &lines));
    }
    text
}

fn settings(settings: &[SettingChange]) -> String {
    let rows = settings.iter().map(|change| {
        let [old, new] = [&change.old, &change.new].map(|value| optional(value.as_deref()));
        vec![code(&change.setting), old, new]
    });
    table(["setting", "old", "new"], &rows.collect::<Vec<_>>())
}

fn files(files: &[FileChange]) -> String {
    let files: Vec<&FileChange> = files.iter().filter(|file| !file.is_expected).collect();
    let (shown, others) = first(&files, MAX_FILES);
    let rows = shown.iter().map(|file| {
        let words: Vec<&str> = file.aspects.iter().map(|aspect| aspect.word()).collect();
        let [old, new] = [&file.old, &file.new].map(|state| {
            let text = state.as_ref().map(|state| {
                let size = state.size.map(|size| format!(" {}", bytes(size)));
                let target = state.target.as_ref().map(|target| format!(" to {target}"));
                let rest = size.or(target).unwrap_or_default();
                format!(
                    "{} {} {}:{}{rest}",
                    state.kind, state.mode, state.uid, state.gid
                )
            });
            plain(&text.unwrap_or_default())
        });
        vec![words.join(", "), code(&format!("/{}", file.path)), old, new]
    });
    let mut text = table(["", "path", "old", "new"], &rows.collect::<Vec<_>>());
    if others > 0 {
        text.push_str(&format!("\n… and {others} more\n"));
    }
    text
}

fn changelogs(changes: &[ChangelogChange]) -> String {
    let mut text = String::new();
    for change in changes {
        let mut lines = Vec::new();
        for entry in &change.entries {
            lines.push(escape(&format!("{} {}", entry.version, entry.target)));
            lines.extend(entry.text.lines().map(|line| format!("  {}", escape(line))));
        }
        let others = lines.len().saturating_sub(MAX_LINES);
        lines.truncate(MAX_LINES);
        if others > 0 {
            lines.push(format!("… and {others} more"));
        }
        let ChangelogChange {
            source,
            old_version,
            new_version,
            ..
        } = change;
        let summary = html(&format!(
            "Changelog of {source}: {old_version} → {new_version}"
        ));
        text.push_str(&folded(&summary, &lines));
    }
    text
}

/// Lines that a reader unfolds. `<pre>` begins a block of HTML that only `</pre>` ends
/// (<https://github.github.com/gfm/#html-blocks>), and no line has one.
fn folded(summary: &str, lines: &[String]) -> String {
    let mut text = format!("\n<details><summary>{summary}</summary>\n\n<pre>");
    for line in lines {
        text.push_str(&format!("{}\n", html(line)));
    }
    text.push_str("</pre>\n</details>\n");
    text
}

/// A code span: in backticks for a text of plain characters, otherwise in HTML. No mention of a user works in code.
fn code(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " .,:;+-=~/@_()%#".contains(c);
    if !text.is_empty() && text.trim() == text && text.chars().all(is_plain) {
        format!("`{text}`")
    } else {
        format!("<code>{}</code>", plain(text))
    }
}

/// Text in which no character has a meaning in Markdown or HTML.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in escape(text).chars() {
        if c.is_ascii_alphanumeric() || !c.is_ascii() || " .,;+-=/()%".contains(c) {
            escaped.push(c);
        } else {
            escaped.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    escaped
}

/// Text in HTML.
fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in escape(text).chars() {
        match c {
            '<' | '>' | '&' | '"' | '\'' | '`' | '@' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
