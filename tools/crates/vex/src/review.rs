//! Reviewed facts that the tracker does not have: which binary packages or files of a source package an issue is in.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use deb::PackageName;
use message::parse_json;
use serde::Deserialize;

use crate::subject::Subject;

/// The largest number of reviews, and of binary packages or files of a review.
pub const MAX_REVIEWS: usize = 10_000;

/// The largest file of reviews, in bytes.
pub const MAX_TEXT: usize = 4 << 20;

/// The parts of a source package that an issue is in. A person states this, with a reference that proves it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The binary packages with the affected code: all of them. Empty if `files` says it.
    #[serde(default)]
    pub binaries: BTreeSet<String>,
    /// The files with the affected code: all of them. `*` is any text without `/`. A file of this name in another
    /// directory counts, too.
    #[serde(default)]
    pub files: BTreeSet<String>,
    /// The issue: `CVE-2024-1234`.
    pub issue: String,
    /// A URL with the proof: an advisory, a commit.
    pub reference: String,
    /// The source package.
    pub source: String,
}

/// The proof that an image has no affected part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The review that names the affected parts.
    pub review: Review,
    /// The parts that the image does not have.
    pub part: Part,
}

/// A kind of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Binary packages.
    Binaries,
    /// Files, of a package that the image has.
    Files,
}

impl Absence {
    /// The parts: `bsdutils, util-linux`.
    pub fn parts(&self) -> String {
        let parts = match self.part {
            Part::Binaries => &self.review.binaries,
            Part::Files => &self.review.files,
        };
        let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
        parts.join(", ")
    }
}

/// The packages and files of an image.
pub(crate) struct Present<'a> {
    packages: BTreeSet<&'a str>,
    /// Empty if no review names files.
    paths: BTreeSet<&'a str>,
}

/// Reviews, at most one for an issue of a source package.
#[derive(Clone, Debug, Default)]
pub struct Reviews(BTreeMap<(String, String), Review>);

impl Reviews {
    /// Parses a JSON array of reviews. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The text is not such an array, or a review is malformed, names neither a binary package nor a file, or occurs
    /// twice. The message has the position in the array.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let fail = |cause: String| Error::cannot("read reviews", file, cause);
        if text.len() > MAX_TEXT {
            return Err(fail(format!("the file is larger than {MAX_TEXT} bytes")));
        }
        let list: Vec<Review> = parse_json(text.as_bytes()).map_err(fail)?;
        if list.len() > MAX_REVIEWS {
            return Err(fail(format!("it has more than {MAX_REVIEWS} reviews")));
        }
        let mut reviews = BTreeMap::new();
        for (position, review) in list.into_iter().enumerate() {
            check(&review).map_err(|cause| fail(format!("at `[{position}]`: {cause}")))?;
            let key = (review.source.clone(), review.issue.clone());
            if reviews.contains_key(&key) {
                let (source, issue) = key;
                return Err(fail(format!(
                    "at `[{position}]`: a second review of {issue} in {source}"
                )));
            }
            reviews.insert(key, review);
        }
        Ok(Self(reviews))
    }

    /// The packages of an image, and its files if a review names files.
    pub(crate) fn present<'a>(&self, subject: &Subject<'a>) -> Present<'a> {
        let asks_for_files = self.0.values().any(|review| !review.files.is_empty());
        Present {
            packages: subject.package_names(),
            paths: if asks_for_files {
                subject.paths()
            } else {
                BTreeSet::new()
            },
        }
    }

    /// The proof by a review that an image has no part with an issue of a source package. Files decide if the review
    /// names some, because they are more precise.
    pub(crate) fn absence(
        &self,
        source: &str,
        issue: &str,
        present: &Present<'_>,
    ) -> Option<Absence> {
        let review = self.0.get(&(source.to_owned(), issue.to_owned()))?;
        let has_package = |name: &String| present.packages.contains(&**name);
        let has_file = |file: &String| present.paths.iter().any(|path| is_file(path, file));
        if review.files.iter().any(has_file) {
            return None;
        }
        let lacks_packages = !review.binaries.iter().any(has_package);
        let part = match (lacks_packages, review.files.is_empty()) {
            (true, _) if !review.binaries.is_empty() => Part::Binaries,
            (_, false) => Part::Files,
            _ => return None,
        };
        Some(Absence {
            review: review.clone(),
            part,
        })
    }
}

/// Whether a path is that of a file, or has its name in another directory: a layer may have a file at another path than
/// the package.
fn is_file(path: &str, file: &str) -> bool {
    let name = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().len();
    let (of_path, of_file) = (path.len() - name(path), file.len() - name(file));
    matches(&path[of_path..], &file[of_file..])
}

/// Whether a name matches a pattern in which `*` is any text.
fn matches(name: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return name == pattern;
    };
    let Some(name) = name.strip_prefix(start) else {
        return false;
    };
    let Some((middle, end)) = rest.rsplit_once('*') else {
        return name.ends_with(rest);
    };
    let Some(mut name) = name.strip_suffix(end) else {
        return false;
    };
    // The first place of each part leaves most for the others.
    middle.split('*').all(|part| match name.find(part) {
        Some(at) => {
            name = &name[at + part.len()..];
            true
        }
        None => false,
    })
}

fn check(review: &Review) -> std::result::Result<(), String> {
    let issue = &review.issue;
    if !is_issue(issue) {
        return Err(format!(
            "`{}` is not the name of an issue",
            issue.escape_debug()
        ));
    }
    if review.binaries.is_empty() && review.files.is_empty() {
        return Err("`binaries` and `files` are empty, which proves nothing".to_owned());
    }
    for (field, values) in [("binaries", &review.binaries), ("files", &review.files)] {
        if values.len() > MAX_REVIEWS {
            return Err(format!("`{field}` has more than {MAX_REVIEWS} values"));
        }
    }
    for name in review.binaries.iter().chain([&review.source]) {
        name.parse::<PackageName>()
            .map_err(|error| error.to_string())?;
    }
    for file in &review.files {
        check_file(file)?;
    }
    let reference = &review.reference;
    let printable = reference.bytes().all(|byte| byte.is_ascii_graphic());
    if !reference.starts_with("https://") || !printable || reference.len() > 2000 {
        let reference: String = reference.escape_debug().take(80).collect();
        return Err(format!(
            "`reference` is `{reference}`; expected a URL with https"
        ));
    }
    Ok(())
}

/// Whether a text may be the name of an issue: `CVE-2024-1234`, `TEMP-0000000-1A2B3C`.
pub(crate) fn is_issue(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(letters)
}

fn check_file(file: &str) -> std::result::Result<(), String> {
    let parts = || file.split('/');
    let is_path = parts().all(|part| !matches!(part, "" | "." | ".."))
        && !file.chars().any(char::is_control)
        && file.len() <= 4096;
    let shown: String = file.escape_debug().take(80).collect();
    if !is_path {
        return Err(format!(
            "`{shown}` is not a path in an image; expected one like `usr/bin/wall`"
        ));
    }
    // The name of the file decides, because a layer may have it in another directory.
    let name = parts().next_back().unwrap_or_default();
    if name.bytes().all(|byte| byte == b'*') {
        return Err(format!("`{shown}` does not name a file"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_name_in_any_directory() {
        for (path, file, expected) in [
            ("usr/bin/wall", "usr/bin/wall", true),
            ("bin/wall", "usr/bin/wall", true),
            ("wall", "usr/bin/wall", true),
            ("usr/bin/wall2", "usr/bin/wall", false),
            ("usr/bin/wall/x", "usr/bin/wall", false),
            ("usr/lib/a/libx.so.1", "usr/lib/*/libx.so.*", true),
            ("usr/lib/a/libx.so", "usr/lib/*/libx.so.*", false),
            ("abcabc", "a*c", true),
            ("ac", "a*c", true),
            ("a", "a*a", false),
            ("axbyc", "a*b*c", true),
            ("acb", "a*b*c", false),
            ("abc", "*", true),
            ("abc", "**b*", true),
        ] {
            assert_eq!(is_file(path, file), expected, "{path} {file}");
        }
    }
}
