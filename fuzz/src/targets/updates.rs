//! Updates of locks: changelogs of packages, lists of images, and reports.

use deb::{ChangelogRange, Version};
use lock_report::{
    markdown, Change, Changelog, DistroReport, Entry, ImageList, PackageReport, Report, Side,
    SourceReport, VERSION,
};

use super::{target, text, Outcome, Target};

const CHANGELOG: &[&str] = &[
    "openssl (3.0.1-1) unstable; urgency=medium\n",
    "openssl (1:",
    ") bookworm-security; urgency=high\n",
    "\n -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n",
    "  * Fix CVE-2026-1234.\n",
    "CVE-2026-",
    "```\n",
    "~~~\n",
    "</details>",
];
const IMAGES: &[&str] = &[
    "{\"images\": [",
    "\"name\": \"static-debian12\"",
    "\"tags\": [\"latest\"]",
    "\"packages\": {\"debian12\": {\"netbase\": \"amd64 arm64\"}}",
    "\"version\": 1}",
];

/// The most entries of a changelog.
const LIMIT: usize = 20;

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("deb_changelog", CHANGELOG, changelog),
        target("lock_images", IMAGES, images),
    ]
}

/// All entries are between the versions, and their text cannot end a code block of the report.
fn changelog(input: &[u8]) -> Outcome {
    let version = |text: &str| text.parse::<Version>().map_err(|error| error.to_string());
    let (old, new) = (version("1-1")?, version("3.0.1-1")?);
    let range = ChangelogRange::between(&text(input), &old, &new, LIMIT);
    if range.entries.len() > LIMIT {
        return Err("more entries than allowed".to_owned());
    }
    for entry in &range.entries {
        let found = version(&entry.version)?;
        if found <= old || found > new {
            return Err(format!("an entry of another version: {found}"));
        }
    }
    let entries = range.entries.into_iter().map(|entry| Entry {
        version: entry.version,
        target: entry.target,
        text: entry.text,
    });
    let report = report(Changelog::Read {
        entries: entries.collect(),
        is_complete: range.is_complete,
    });
    let page = markdown(&report);
    let fences: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("```"))
        .collect();
    let longest = fences.iter().map(|line| grave_accents(line)).max();
    let [first, .., last] = fences[..] else {
        return Err("the report has no code block".to_owned());
    };
    if Some(grave_accents(first)) != longest || first.trim_end_matches("text") != last {
        return Err("text of a changelog ends its code block".to_owned());
    }
    Ok(())
}

fn grave_accents(line: &str) -> usize {
    line.chars().take_while(|c| *c == '`').count()
}

/// The images that a report concerns are among those of the list.
fn images(input: &[u8]) -> Outcome {
    if let Ok(list) = ImageList::parse("images.json", input) {
        let affected = list.affected(&report(Changelog::NotRead));
        if affected.iter().any(|image| image.packages.is_empty()) {
            return Err("an image without a reason".to_owned());
        }
    }
    Ok(())
}

/// An update of the package `netbase`.
fn report(changelog: Changelog) -> Report {
    let side = |version: &str| {
        Some(Side {
            version: version.to_owned(),
            suite: "bookworm".to_owned(),
            sha256: String::new(),
        })
    };
    let package = PackageReport {
        package: "netbase".to_owned(),
        architectures: vec!["amd64".to_owned()],
        change: Change::Upgraded,
        old: side("6.4"),
        new: side("6.5"),
    };
    let source = SourceReport {
        source: "netbase".to_owned(),
        old_version: Some("6.4".to_owned()),
        new_version: Some("6.5".to_owned()),
        is_security: false,
        packages: vec![package],
        fixes: Vec::new(),
        changelog,
    };
    let distro = DistroReport {
        distro: "debian12".to_owned(),
        is_new: false,
        old_snapshot: None,
        new_snapshot: None,
        changed: true,
        sources: vec![source],
    };
    Report {
        version: VERSION,
        changed: true,
        distros: vec![distro],
        images: None,
        warnings: Vec::new(),
    }
}
