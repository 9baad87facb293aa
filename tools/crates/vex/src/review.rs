//! Reviewed facts that the tracker does not have: which binary packages of a source package an issue is in.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result, ResultExt};
use deb::PackageName;
use message::escape;
use serde::Deserialize;

use crate::assess::Assessed;

/// The largest number of reviews, and of binary packages of a review.
pub const MAX_REVIEWS: usize = 10_000;

/// The largest file of reviews, in bytes.
const MAX_TEXT: usize = 4 << 20;

/// The binary packages that an issue is in. A person states this, with a reference that proves it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The binary packages with the affected code: all of them.
    pub binaries: BTreeSet<String>,
    /// The issue: `CVE-2024-1234`.
    pub issue: String,
    /// A URL with the proof: an advisory, a commit.
    pub reference: String,
    /// The source package.
    pub source: String,
}

/// Reviews, at most one for an issue of a source package.
#[derive(Clone, Debug, Default)]
pub struct Reviews(BTreeMap<(String, String), Review>);

impl Reviews {
    /// Parses a JSON array of reviews. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The text is not such an array, or a review is malformed, names no binary package, or occurs twice. The message
    /// has the position in the array.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let fail = |cause: String| Error::cannot("read reviews", file, cause);
        if text.len() > MAX_TEXT {
            return Err(fail(format!("the file is larger than {MAX_TEXT} bytes")));
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let list: Vec<Review> =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
                match error.path().to_string() {
                    path if path == "." => fail(escape(&error.inner().to_string())),
                    path => fail(escape(&format!("at `{path}`: {}", error.inner()))),
                }
            })?;
        deserializer.end().cannot("read reviews", file)?;
        if list.len() > MAX_REVIEWS {
            return Err(fail(format!("it has more than {MAX_REVIEWS} reviews")));
        }
        let mut reviews = BTreeMap::new();
        for (position, review) in list.into_iter().enumerate() {
            checked(&review).map_err(|cause| fail(format!("at `[{position}]`: {cause}")))?;
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

    /// The review of an issue of a source package.
    pub(crate) fn of(&self, source: &str, issue: &str) -> Option<&Review> {
        self.0.get(&(source.to_owned(), issue.to_owned()))
    }

    /// The reviews that no assessment uses, so that they can be removed.
    pub fn unused(&self, assessed: &[Assessed]) -> Vec<&Review> {
        let assessments = assessed.iter().flat_map(|product| &product.assessments);
        let used: BTreeSet<(&str, &str)> = assessments
            .filter_map(|assessment| assessment.absent.as_ref())
            .map(|review| (&*review.source, &*review.issue))
            .collect();
        let unused = |review: &&Review| !used.contains(&(&*review.source, &*review.issue));
        self.0.values().filter(unused).collect()
    }
}

fn checked(review: &Review) -> std::result::Result<(), String> {
    let issue = &review.issue;
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if issue.is_empty() || issue.len() > 64 || !issue.bytes().all(letters) {
        return Err(format!(
            "`{}` is not the name of an issue",
            issue.escape_debug()
        ));
    }
    if review.binaries.is_empty() {
        return Err("`binaries` is empty, which proves nothing".to_owned());
    }
    if review.binaries.len() > MAX_REVIEWS {
        return Err(format!("`binaries` has more than {MAX_REVIEWS} names"));
    }
    for name in review.binaries.iter().chain([&review.source]) {
        name.parse::<PackageName>()
            .map_err(|error| error.to_string())?;
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
