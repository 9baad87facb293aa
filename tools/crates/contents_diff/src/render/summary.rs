//! The counts of a report.

use crate::report::{Aspect, Change, ImageReport, IssueTrend, LibraryChange, PackageChange};
use figures::{bytes, count, delta, sum};

/// The rows of a summary: a name, and a text without untrusted parts. Parts without a difference are missing.
pub(super) fn rows(image: &ImageReport) -> Vec<(&'static str, String)> {
    let rows = [
        ("packages", packages(&image.packages)),
        ("runtimes", packages(&image.runtimes)),
        ("licenses", licenses(image)),
        ("issues", issues(image)),
        ("libraries", libraries(&image.libraries)),
        ("settings", settings(image)),
        ("files", files(image)),
        ("size", size(image)),
        ("layers", layers(image)),
    ];
    rows.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Words with their numbers, without those that are zero: `1 added, 2 removed`.
fn tally(counts: &[(usize, &str)]) -> String {
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let texts: Vec<String> = counts
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    texts.join(", ")
}

fn packages(packages: &[PackageChange]) -> String {
    let order = [
        Change::Added,
        Change::Removed,
        Change::Upgraded,
        Change::Downgraded,
        Change::Changed,
    ];
    let counts = order.map(|change| {
        let same = packages.iter().filter(|package| package.change == change);
        (same.count(), change.word())
    });
    tally(&counts)
}

fn licenses(image: &ImageReport) -> String {
    let packages = image.packages.iter().chain(&image.runtimes);
    let changed = packages
        .filter(|package| package.has_other_licenses())
        .count();
    let text = format!("{} with other licenses", count(changed, "package"));
    if changed == 0 {
        String::new()
    } else {
        text
    }
}

fn issues(image: &ImageReport) -> String {
    let Some(report) = &image.issues else {
        return String::new();
    };
    let order = [
        IssueTrend::Introduced,
        IssueTrend::Resolved,
        IssueTrend::Changed,
    ];
    let counts = order.map(|trend| {
        let same = report.changes.iter().filter(|change| change.trend == trend);
        (same.count(), trend.word())
    });
    tally(&counts)
}

fn libraries(libraries: &[LibraryChange]) -> String {
    let number = |wanted: &dyn Fn(&LibraryChange) -> bool| {
        libraries.iter().filter(|library| wanted(library)).count()
    };
    tally(&[
        (
            number(&|library| library.change == Change::Removed),
            "removed",
        ),
        (
            number(&|library| !library.removed_symbols.is_empty()),
            "with removed symbols",
        ),
        (number(&|library| library.change == Change::Added), "added"),
        (
            number(&|library| library.change == Change::Changed && !library.is_break()),
            "with added or moved symbols",
        ),
    ])
}

fn settings(image: &ImageReport) -> String {
    tally(&[(image.settings.len(), "changed")])
}

fn files(image: &ImageReport) -> String {
    let has = |aspect: Aspect| {
        let files = image.files.iter();
        files.filter(|file| file.aspects.contains(&aspect)).count()
    };
    let (added, removed) = (has(Aspect::Added), has(Aspect::Removed));
    let changed = image.files.len() - added - removed;
    tally(&[(added, "added"), (removed, "removed"), (changed, "changed")])
}

fn size(image: &ImageReport) -> String {
    let total = |of: fn(&crate::report::Size) -> u64| sum(image.sizes.iter().map(of));
    let (old, new): (u64, u64) = (total(|size| size.old), total(|size| size.new));
    if old == new {
        return String::new();
    }
    let (before, after) = (bytes(old), bytes(new));
    format!("{before} -> {after} of files ({})", delta(old, new))
}

fn layers(image: &ImageReport) -> String {
    let Some(layers) = image.layers.as_ref().filter(|layers| !layers.is_empty()) else {
        return String::new();
    };
    let (added, all) = (layers.added.len(), layers.added.len() + layers.shared);
    let (download, size) = (bytes(layers.download), bytes(layers.new_size));
    format!("{added} of {all} new: a client downloads {download} of {size}")
}
