//! Changelogs of source packages (deb-changelog(5), Policy 4.4), newest entry first.

use crate::Version;

/// An entry: the changes of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangelogEntry {
    /// The version, as the text has it.
    pub version: String,
    /// Distributions and urgency: `bookworm-security; urgency=high`.
    pub target: String,
    /// The lines between heading and signature, without their indentation of two spaces.
    pub text: String,
}

/// The entries between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangelogRange {
    /// The entries, in the order of the text.
    pub entries: Vec<ChangelogEntry>,
    /// Whether the text reaches back to the older version, so that no entry is missing.
    pub is_complete: bool,
}

impl ChangelogRange {
    /// The entries of a changelog that are newer than `old` and not newer than `new`, at most `limit`.
    pub fn between(text: &str, old: &Version, new: &Version, limit: usize) -> Self {
        let mut range = Self::default();
        for entry in entries(text) {
            let Ok(version) = entry.version.parse::<Version>() else {
                continue;
            };
            if version <= *old {
                range.is_complete = true;
                break;
            }
            if version > *new {
                continue;
            }
            if range.entries.len() == limit {
                break;
            }
            range.entries.push(entry);
        }
        range
    }
}

/// The entries of a changelog. Lines before the first heading are ignored.
fn entries(text: &str) -> Vec<ChangelogEntry> {
    let mut entries: Vec<ChangelogEntry> = Vec::new();
    for line in text.lines() {
        if let Some((version, target)) = heading(line) {
            entries.push(ChangelogEntry {
                version: version.to_owned(),
                target: target.to_owned(),
                text: String::new(),
            });
        } else if let Some(entry) = entries.last_mut().filter(|_| !line.starts_with(" -- ")) {
            let line = line.strip_prefix("  ").unwrap_or(line);
            entry.text.push_str(line.trim_end());
            entry.text.push('\n');
        }
    }
    for entry in &mut entries {
        entry.text = entry.text.trim_matches('\n').to_owned();
    }
    entries
}

/// Version and target of a heading: `glibc (2.36-9) unstable; urgency=medium`.
fn heading(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(" (")?;
    let (version, target) = rest.split_once(')')?;
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    (is_name && target.contains(';')).then_some((version, target.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
a (1:3-1) unstable; urgency=medium

  * Third.
    - detail

 -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000

a (1:2-1) bookworm-security; urgency=high

  * Second (Closes: #1).

 -- A <a@example.org>  Mon, 01 Jan 2023 00:00:00 +0000

a (1:1-1) unstable; urgency=low

  * First.
";

    fn between(text: &str, old: &str, new: &str, limit: usize) -> (Vec<String>, bool) {
        let range =
            ChangelogRange::between(text, &old.parse().unwrap(), &new.parse().unwrap(), limit);
        let versions = range.entries.into_iter().map(|entry| entry.version);
        (versions.collect(), range.is_complete)
    }

    #[test]
    fn entries_between_two_versions() {
        let owned = |versions: &[&str]| versions.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(
            between(TEXT, "1:1-1", "1:3-1", 9),
            (owned(&["1:3-1", "1:2-1"]), true)
        );
        assert_eq!(
            between(TEXT, "1:1-1", "1:3-1", 1),
            (owned(&["1:3-1"]), false)
        );
        assert_eq!(
            between(TEXT, "1:0-1", "1:2-1", 9),
            (owned(&["1:2-1", "1:1-1"]), false)
        );
        assert_eq!(between(TEXT, "1:3-1", "1:4-1", 9), (Vec::new(), true));
        assert_eq!(between("no changelog", "1", "2", 9), (Vec::new(), false));
    }

    #[test]
    fn text_and_target() {
        let all = entries(TEXT);
        assert_eq!(all[0].text, "* Third.\n  - detail");
        assert_eq!(all[1].target, "bookworm-security; urgency=high");
    }
}
