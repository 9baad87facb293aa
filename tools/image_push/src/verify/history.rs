//! The images of tags at each date: dated tags, which never move, next to the moving ones.

use std::collections::BTreeMap;

use blob::Digest;
use jiff::civil::Date;

use super::report::{DatedReport, Problem, ProblemKind, TagReport};
use crate::dated_tag::date_of;

/// A moving tag, and the dated tags with the same name.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) digest: Option<Digest>,
    /// Newest first.
    pub(super) dated: Vec<Dated>,
}

/// A dated tag.
#[derive(Debug)]
pub(super) struct Dated {
    pub(super) date: Date,
    revision: u64,
    pub(super) tag: String,
    pub(super) digest: Digest,
}

/// The histories of all tags that have dated ones.
pub(super) fn histories(tags: &BTreeMap<String, Digest>) -> BTreeMap<String, History> {
    let mut histories: BTreeMap<String, History> = BTreeMap::new();
    for (tag, digest) in tags {
        if let Some((name, dated)) = dated(tag, *digest) {
            histories.entry(name).or_default().dated.push(dated);
        }
    }
    for (name, history) in &mut histories {
        history.digest = tags.get(name).copied();
        let order = |dated: &Dated| std::cmp::Reverse((dated.date, dated.revision));
        history.dated.sort_by_key(order);
    }
    histories
}

fn dated(tag: &str, digest: Digest) -> Option<(String, Dated)> {
    let date = date_of(tag)?;
    let (name, rest) = tag.rsplit_once('-')?;
    let revision = rest
        .split_once('.')
        .map_or(Ok(0), |(_, number)| number.parse());
    let dated = Dated {
        date,
        revision: revision.unwrap_or(u64::MAX),
        tag: tag.to_owned(),
        digest,
    };
    Some((name.to_owned(), dated))
}

impl History {
    /// A problem if the tag does not point to the image of the newest dated tag, or to a newer one. `created` is the date
    /// of the image that the tag points to.
    pub(super) fn problem(
        &self,
        object: &str,
        created: impl FnOnce() -> Option<Date>,
    ) -> Option<Problem> {
        let (newest, found) = (self.dated.first()?, self.digest?);
        if newest.digest == found {
            return None;
        }
        let older = self.dated.iter().find(|dated| dated.digest == found);
        let date = older.map(|older| older.date).or_else(created);
        let newest_tag = &newest.tag;
        match date {
            Some(date) if date > newest.date => None,
            Some(date) if date < newest.date || older.is_some() => {
                let shown = older.map_or(String::new(), |older| format!(" (`{}`)", older.tag));
                let cause = format!(
                    "it was downgraded: it points to an image of {date}{shown}; the newest one is `{newest_tag}`"
                );
                Some(Problem::new(ProblemKind::DowngradedTag, object, cause))
            }
            _ => {
                let cause = format!(
                    "it was replaced: expected `{}`, the image of `{newest_tag}`, found `{found}`",
                    newest.digest
                );
                Some(Problem::new(ProblemKind::ReplacedTag, object, cause))
            }
        }
    }

    /// The history for the report.
    pub(super) fn report(&self, tag: &str) -> TagReport {
        let history = self.dated.iter().map(|dated| DatedReport {
            date: dated.date.to_string(),
            tag: dated.tag.clone(),
            digest: dated.digest.to_string(),
        });
        TagReport {
            tag: tag.to_owned(),
            digest: self.digest.map(|digest| digest.to_string()),
            history: history.collect(),
        }
    }
}
