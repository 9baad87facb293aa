//! The report in Markdown: the text of a pull request or a merge request.

use std::fmt::Write;

use crate::report::{
    Changelog, DistroReport, Entry, Fix, ImageReport, Named, PackageReport, Report, SourceReport,
};

/// The number of characters from which on changelogs, and then rows of tables, are left out. GitHub refuses a pull request with more than 65,536.
const MAX_TEXT: usize = 50_000;

/// The largest number of characters of the changelog of one source package.
const MAX_CHANGELOG: usize = 10_000;

/// The report in Markdown. Text of packages cannot contain markup.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report);
    text
}

fn write(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "{}", summary(report))?;
    if !report.warnings.is_empty() {
        writeln!(out, "\n## Warnings\n")?;
        for warning in &report.warnings {
            writeln!(out, "- {}", plain(warning))?;
        }
    }
    for distro in report.distros.iter().filter(|distro| distro.changed) {
        write_distro(out, distro)?;
    }
    if let Some(images) = report.images.as_ref().filter(|_| report.changed) {
        write_images(out, images)?;
        if report.distros.iter().any(has_new_time) {
            writeln!(
                out,
                "\nEach image has the time of its lock as creation time: the digests of all images of these locks change."
            )?;
        }
    }
    if shorten(out) {
        return writeln!(
            out,
            "\nThe rest is left out, because the text would be too long."
        );
    }
    write_changelogs(out, report)
}

/// Removes the last lines of a text that is too long.
fn shorten(text: &mut String) -> bool {
    let Some((end, _)) = text.char_indices().nth(MAX_TEXT) else {
        return false;
    };
    let end = text[..end].rfind('\n').map_or(0, |line_feed| line_feed + 1);
    text.truncate(end);
    true
}

fn has_new_time(distro: &DistroReport) -> bool {
    distro.changed && !distro.is_new && distro.old_snapshot != distro.new_snapshot
}

/// One sentence.
fn summary(report: &Report) -> String {
    if !report.changed {
        return "The locks are up to date.".to_owned();
    }
    let sources: Vec<&SourceReport> = report.sources().map(|(_, source)| source).collect();
    let security = sources.iter().filter(|source| source.is_security).count();
    let fixes = sources.iter().map(|source| source.fixes.len()).sum();
    let locks = report.distros.iter().filter(|distro| distro.changed);
    let mut text = format!(
        "{} in {} changed",
        count(sources.len(), "source package"),
        count(locks.count(), "lock")
    );
    if security > 0 {
        let _ = write!(text, ", {security} of them with a security update");
    }
    if fixes > 0 {
        let _ = write!(text, "; {} fixed", count(fixes, "issue"));
    }
    if let Some(images) = &report.images {
        let _ = write!(text, "; {} changed", count(images.len(), "image"));
    }
    text + "."
}

fn write_distro(out: &mut String, distro: &DistroReport) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", plain(&distro.distro))?;
    if distro.is_new {
        return writeln!(out, "A new lock.");
    }
    match (&distro.old_snapshot, &distro.new_snapshot) {
        (Some(old), Some(new)) if old != new => {
            writeln!(out, "Packages of {new} (before: {old}).\n")?;
        }
        (_, Some(new)) => writeln!(out, "Packages of {new}.\n")?,
        (_, None) => {}
    }
    if distro.sources.is_empty() {
        return writeln!(out, "No package changes.");
    }
    writeln!(
        out,
        "| source package | packages | change | suite | fixed issues |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for source in &distro.sources {
        write_source(out, source)?;
    }
    Ok(())
}

/// A row for each change, because the packages of a source package may have other versions or suites.
fn write_source(out: &mut String, source: &SourceReport) -> std::fmt::Result {
    let mut rows: Vec<(String, String, Vec<String>)> = Vec::new();
    for package in &source.packages {
        let (versions, suite) = (package.versions(), suite(package));
        let name = name(package);
        let same = |row: &&mut (String, String, Vec<String>)| row.0 == versions && row.1 == suite;
        match rows.iter_mut().find(same) {
            Some(row) => row.2.push(name),
            None => rows.push((versions, suite, vec![name])),
        }
    }
    let mut fixes = fixes(&source.fixes);
    for (versions, suite, names) in rows {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            code(&source.source),
            names.join(", "),
            plain(&versions),
            plain(&suite),
            std::mem::take(&mut fixes)
        )?;
    }
    Ok(())
}

fn name(package: &PackageReport) -> String {
    let architectures = package.architectures.join(" ");
    format!("{} ({})", code(&package.package), plain(&architectures))
}

fn suite(package: &PackageReport) -> String {
    let side = package.new.as_ref().or(package.old.as_ref());
    side.map(|side| side.suite.clone()).unwrap_or_default()
}

fn fixes(fixes: &[Fix]) -> String {
    let fixes = fixes.iter().map(|fix| match fix.named_by {
        Named::Tracker => plain(&fix.issue),
        Named::Changelog => format!("{} (changelog)", plain(&fix.issue)),
    });
    fixes.collect::<Vec<_>>().join(", ")
}

fn write_images(out: &mut String, images: &[ImageReport]) -> std::fmt::Result {
    writeln!(out, "\n## Images\n")?;
    if images.is_empty() {
        return writeln!(out, "No image gets other packages.");
    }
    writeln!(out, "| image | tags | architectures | because of |")?;
    writeln!(out, "| --- | --- | --- | --- |")?;
    for image in images {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            code(&image.name),
            plain(&image.tags.join(", ")),
            plain(&image.architectures.join(" ")),
            plain(&image.packages.join(", "))
        )?;
    }
    Ok(())
}

fn write_changelogs(out: &mut String, report: &Report) -> std::fmt::Result {
    let mut heading = Some("\n## Changelogs\n");
    let mut omitted = 0;
    for (distro, source) in report.sources() {
        let text = match &source.changelog {
            Changelog::NotRead => continue,
            Changelog::Unavailable { cause } => format!("Not available: {}\n", plain(cause)),
            Changelog::Read {
                entries,
                is_complete,
            } => entries_text(entries, *is_complete),
        };
        if out.chars().count() + text.chars().count() > MAX_TEXT {
            omitted += 1;
            continue;
        }
        if let Some(heading) = heading.take() {
            out.push_str(heading);
        }
        let (name, distro) = (plain(&source.source), plain(&distro.distro));
        writeln!(
            out,
            "\n<details><summary>{name} ({distro})</summary>\n\n{text}\n</details>"
        )?;
    }
    if omitted > 0 {
        let omitted = count(omitted, "changelog");
        writeln!(
            out,
            "\n{omitted} left out, because the text would be too long."
        )?;
    }
    Ok(())
}

fn entries_text(entries: &[Entry], is_complete: bool) -> String {
    let mut text = String::new();
    for entry in entries {
        let _ = write!(
            text,
            "{} {}\n\n{}\n\n",
            entry.version, entry.target, entry.text
        );
    }
    let mut is_cut = !is_complete;
    if let Some((end, _)) = text.char_indices().nth(MAX_CHANGELOG) {
        text.truncate(end);
        is_cut = true;
    }
    if entries.is_empty() {
        text = "The changelog has no entry between both versions.".to_owned();
    }
    let mut fenced = fenced(text.trim_end());
    if is_cut && !entries.is_empty() {
        fenced.push_str("\nOlder entries are missing here.\n");
    }
    fenced
}

/// A code block, whose fence is longer than all others in the text
/// (<https://spec.commonmark.org/0.31.2/#fenced-code-blocks>).
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<String> = text.lines().map(message::escape).collect();
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

/// Text in which Markdown finds no markup, in one line.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in message::escape(text).chars() {
        if "\\`*_{}[]<>#|~&@!".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// A code span. Names of packages have no grave accents.
fn code(text: &str) -> String {
    let text = message::escape(text).replace(['`', '|'], "");
    format!("`{text}`")
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_fits_into_a_pull_request() {
        let report = |number: usize| Report {
            version: 1,
            changed: true,
            distros: Vec::new(),
            images: Some(vec![
                ImageReport {
                    name: "base:debian12é".to_owned(),
                    tags: vec!["latest".to_owned()],
                    architectures: vec!["amd64".to_owned()],
                    packages: vec!["libc6".to_owned()],
                    is_security: false,
                };
                number
            ]),
            warnings: Vec::new(),
        };
        let row = "| `base:debian12é` | latest | amd64 | libc6 |";
        let short = markdown(&report(10));
        assert_eq!(short.matches(row).count(), 10);
        assert!(short.ends_with(&format!("{row}\n")));
        let long = markdown(&report(10_000));
        assert!((MAX_TEXT - 200..MAX_TEXT + 200).contains(&long.chars().count()));
        let end = format!("{row}\n\nThe rest is left out, because the text would be too long.\n");
        assert!(long.ends_with(&end), "{}", &long[long.len() - 200..]);
    }

    #[test]
    fn text_of_packages_is_no_markup() {
        assert_eq!(
            plain("a|b <i> [x](y)\n@me"),
            "a\\|b \\<i\\> \\[x\\](y)\\\\n\\@me"
        );
        assert_eq!(code("a`|b"), "`ab`");
        let fenced = fenced("a ```` b\n``` c");
        assert!(fenced.starts_with("`````text\n"), "{fenced}");
        assert!(fenced.ends_with("\n`````\n"), "{fenced}");
    }
}
