//! Plain text for terminals.

use message::escape;

use super::lines::{first, table};
use super::{grouped, summary};
use crate::report::{
    ChangelogChange, FileChange, FileState, ImageReport, IssueReport, LayerReport, LibraryChange,
    PackageChange, PackageFacts, Report, SettingChange,
};
use figures::{bytes, count};

/// Files that are listed.
const MAX_FILES: usize = 100;

/// Symbols that are listed for a library.
const MAX_SYMBOLS: usize = 20;

/// Lines of the changelog entries of one source package.
const MAX_LINES: usize = 40;

type Rows = Vec<Vec<String>>;

pub(super) fn render(report: &Report, is_summary: bool) -> String {
    let (old, new) = (escape(&report.old.name), escape(&report.new.name));
    if report.is_empty() {
        return format!("{old} and {new} do not differ\n");
    }
    let mut text = format!("Difference of {old} and {new}\n");
    text.push_str(&subjects(report));
    for (platforms, word) in [
        (&report.added_platforms, "added"),
        (&report.removed_platforms, "removed"),
    ] {
        let platforms: Vec<String> = platforms.iter().map(|name| escape(name)).collect();
        if !platforms.is_empty() {
            text.push_str(&format!("\nPlatforms {word}: {}\n", platforms.join(", ")));
        }
    }
    for (platforms, body) in grouped(report, |image| body(image, is_summary)) {
        text.push_str(&format!("\n{}\n{body}", escape(&platforms)));
    }
    text
}

fn subjects(report: &Report) -> String {
    let sides = [("old", &report.old), ("new", &report.new)];
    let rows = sides.map(|(word, subject)| {
        let created = subject.created.as_deref().unwrap_or_default();
        let digest = subject.digest.as_deref().unwrap_or_default();
        vec![word.to_owned(), escape(digest), escape(created)]
    });
    let is_known = report.old.digest.is_some() || report.new.digest.is_some();
    if is_known {
        format!("\n{}", table(2, &rows))
    } else {
        String::new()
    }
}

fn body(image: &ImageReport, is_summary: bool) -> String {
    let rows = summary::rows(image).into_iter();
    let rows: Rows = rows
        .map(|(name, text)| vec![name.to_owned(), text])
        .collect();
    let mut text = table(2, &rows);
    let issues = image.issues.as_ref();
    let layers = image.layers.as_ref().filter(|_| !is_summary);
    let none: (&[FileChange], &[ChangelogChange]) = (&[], &[]);
    let (files, changelogs) = if is_summary {
        none
    } else {
        (&*image.files, &*image.changelogs)
    };
    for (heading, section) in [
        ("Issues", issues.map(self::issues).unwrap_or_default()),
        ("Libraries", libraries(&image.libraries, is_summary)),
        ("Packages", packages(&image.packages)),
        ("Runtimes", packages(&image.runtimes)),
        ("Licenses", licenses(image)),
        ("Settings", settings(&image.settings)),
        ("Files outside of changed packages", self::files(files)),
        ("Layers", layers.map(self::layers).unwrap_or_default()),
        ("Changelogs", self::changelogs(changelogs)),
    ] {
        if !section.is_empty() {
            text.push_str(&format!("\n  {heading}\n{section}"));
        }
    }
    text
}

fn more(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!("    … and {count} more\n")
    }
}

/// Both values: `1 -> 2`; `-` for a missing one.
fn pair(old: Option<&str>, new: Option<&str>) -> String {
    let [old, new] = [old, new].map(|text| escape(text.unwrap_or("-")));
    format!("{old} -> {new}")
}

fn issues(report: &IssueReport) -> String {
    let rows: Rows = report
        .changes
        .iter()
        .map(|change| {
            let states = match (&change.old, &change.new) {
                (Some(old), Some(new)) => pair(Some(old), Some(new)),
                (old, new) => escape(old.as_deref().or(new.as_deref()).unwrap_or_default()),
            };
            let (issue, source) = (escape(&change.issue), escape(&change.source));
            vec![change.trend.word().to_owned(), issue, source, states]
        })
        .collect();
    table(4, &rows)
}

fn packages(packages: &[PackageChange]) -> String {
    let rows: Rows = packages
        .iter()
        .map(|package| {
            let version =
                |facts: &Option<PackageFacts>| facts.as_ref().map(|facts| facts.version.clone());
            let versions = match (version(&package.old), version(&package.new)) {
                (Some(old), Some(new)) if old == new => escape(&old),
                (Some(old), Some(new)) => pair(Some(&old), Some(&new)),
                (old, new) => escape(&old.or(new).unwrap_or_default()),
            };
            let source = package.facts().map(|facts| escape(&facts.source));
            let source = source
                .filter(|source| *source != package.name)
                .unwrap_or_default();
            vec![
                package.change.word().to_owned(),
                escape(&package.name),
                versions,
                source,
            ]
        })
        .collect();
    table(4, &rows)
}

fn licenses(image: &ImageReport) -> String {
    let packages = image.packages.iter().chain(&image.runtimes);
    let mut text = String::new();
    for package in packages.filter(|package| package.has_other_licenses()) {
        text.push_str(&format!("    {}\n", escape(&package.name)));
        let sides = [("-", &package.old), ("+", &package.new)];
        for (sign, facts) in sides {
            let licenses = facts.as_ref().and_then(|facts| facts.licenses.as_deref());
            text.push_str(&format!(
                "      {sign} {}\n",
                escape(licenses.unwrap_or_default())
            ));
        }
    }
    text
}

fn libraries(libraries: &[LibraryChange], is_summary: bool) -> String {
    let rows: Rows = libraries
        .iter()
        .map(|library| {
            let removed = library.removed_symbols.len();
            let moved = library.moved_symbols.len();
            let added = library.added_symbols.len();
            let counts = [
                (removed, "removed symbol"),
                (moved, "moved symbol"),
                (added, "added symbol"),
            ];
            let counts = counts.iter().filter(|(number, _)| *number > 0);
            let counts: Vec<String> = counts.map(|(number, noun)| count(*number, noun)).collect();
            let package = library.package.as_deref().map(escape).unwrap_or_default();
            vec![
                library.change.word().to_owned(),
                escape(&library.soname),
                package,
                counts.join(", "),
            ]
        })
        .collect();
    let table = table(4, &rows);
    if is_summary {
        return table;
    }
    let mut text = String::new();
    for (line, library) in table.lines().zip(libraries) {
        text.push_str(&format!("{line}\n"));
        let (shown, others) = first(&library.removed_symbols, MAX_SYMBOLS);
        for symbol in shown {
            text.push_str(&format!("      - {}\n", escape(symbol)));
        }
        text.push_str(&more(others).replacen("    ", "      ", 1));
    }
    text
}

fn settings(settings: &[SettingChange]) -> String {
    let mut text = String::new();
    for change in settings {
        text.push_str(&format!("    {}\n", escape(&change.setting)));
        for (sign, value) in [("-", &change.old), ("+", &change.new)] {
            if let Some(value) = value {
                text.push_str(&format!("      {sign} {}\n", escape(value)));
            }
        }
    }
    text
}

fn files(files: &[FileChange]) -> String {
    let files: Vec<&FileChange> = files.iter().filter(|file| !file.is_expected).collect();
    let (shown, others) = first(&files, MAX_FILES);
    let rows: Rows = shown
        .iter()
        .map(|file| {
            let words: Vec<&str> = file.aspects.iter().map(|aspect| aspect.word()).collect();
            let states = [&file.old, &file.new].map(|state| state.as_ref().map(self::state));
            let states = match states {
                [Some(old), Some(new)] => format!("{old} -> {new}"),
                [old, new] => old.or(new).unwrap_or_default(),
            };
            vec![words.join(", "), format!("/{}", escape(&file.path)), states]
        })
        .collect();
    table(4, &rows) + &more(others)
}

fn state(state: &FileState) -> String {
    let size = state.size.map(|size| format!(" {}", bytes(size)));
    let target = state
        .target
        .as_deref()
        .map(|target| format!(" to {}", escape(target)));
    let FileState {
        kind,
        mode,
        uid,
        gid,
        ..
    } = state;
    let rest = size.or(target).unwrap_or_default();
    format!("{kind} {mode} {uid}:{gid}{rest}")
}

fn layers(report: &LayerReport) -> String {
    let sides = [("removed", &report.removed), ("added", &report.added)];
    let rows = sides.iter().flat_map(|(word, layers)| {
        layers.iter().map(|layer| {
            let digest: String = layer.digest.chars().take(19).collect();
            vec![
                (*word).to_owned(),
                escape(&digest),
                bytes(layer.size),
                escape(&layer.created_by),
            ]
        })
    });
    table(4, &rows.collect::<Rows>())
}

fn changelogs(changes: &[ChangelogChange]) -> String {
    let mut text = String::new();
    for change in changes {
        let versions = pair(Some(&change.old_version), Some(&change.new_version));
        text.push_str(&format!("    {} {versions}\n", escape(&change.source)));
        let entries = change.entries.iter().flat_map(|entry| {
            let heading = format!("{} {}", entry.version, entry.target);
            let lines = entry.text.lines().map(|line| format!("  {line}"));
            std::iter::once(heading).chain(lines)
        });
        let lines: Vec<String> = entries.collect();
        let (shown, others) = first(&lines, MAX_LINES);
        for line in shown {
            text.push_str(format!("      {}", escape(line)).trim_end());
            text.push('\n');
        }
        if others > 0 {
            text.push_str(&format!("      … and {}\n", count(others, "more line")));
        }
        if !change.is_complete {
            text.push_str("      (the package has no older entries)\n");
        }
    }
    text
}
