//! The order in which apt first reads the names of packages.
//!
//! If two providers are otherwise equal, apt compares the numbers that it gave to their names. It numbers each name
//! when it first reads it: as a package, in a relation, as a provided name. The later one is preferred. No document
//! specifies this, but it decides what apt installs, so this crate does the same (decision 0003).

use memchr::memmem::Finder;

use super::scan::ParagraphSpan;
use super::texts::{Text, Universe};

/// The place where a name occurs first: text, paragraph, field in apt's order, position in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention(u32, u32, usize, usize);

/// The fields whose names apt numbers, in the order in which it reads them.
const FIELDS: [&str; 10] = [
    "Package",
    "Pre-Depends",
    "Depends",
    "Conflicts",
    "Breaks",
    "Recommends",
    "Suggests",
    "Replaces",
    "Enhances",
    "Provides",
];

impl Universe {
    /// The place where a package name occurs first.
    pub(crate) fn first_mention(&self, name: &str) -> Option<Mention> {
        let finder = Finder::new(name);
        let mut texts = self.texts.iter().zip(0..);
        texts.find_map(|(text, number)| {
            // apt reads paragraph after paragraph, so the first one that contains the name decides.
            text.groups().find_map(|(start, end)| {
                let part = text.content.part(start, end);
                let mut at = 0;
                let hits = std::iter::from_fn(|| {
                    let hit = at + finder.find(&part.as_bytes()[at..])?;
                    at = hit + name.len();
                    Some(hit)
                });
                first(text, (&part, start as usize), name, hits)
                    .map(|(paragraph, field, place)| Mention(number, paragraph, field, place))
            })
        })
    }
}

/// The first hit that is a name: paragraph, field, position in the field. `part` is whole paragraphs of the text, and the
/// position of the first one.
fn first(
    text: &Text,
    (part, offset): (&str, usize),
    name: &str,
    hits: impl Iterator<Item = usize>,
) -> Option<(u32, usize, usize)> {
    // A paragraph without such a name is not parsed again for each of its hits.
    let mut behind = 0;
    for hit in hits {
        if hit < behind || !is_word(part, hit, name) {
            continue;
        }
        let Some(paragraph) = last_before(text, offset + hit) else {
            continue;
        };
        let place = |position: u32| (position as usize).saturating_sub(offset);
        let (start, end) = (place(paragraph.start), place(paragraph.end));
        if end < hit {
            continue;
        }
        if let Some((field, place)) = part.get(start..end).and_then(|text| within(text, name)) {
            return Some((paragraph.start, field, place));
        }
        behind = end;
    }
    None
}

/// The last paragraph that starts at a position or before it.
fn last_before(text: &Text, position: usize) -> Option<ParagraphSpan> {
    let (mut low, mut high) = (0, text.len() as u32);
    while low < high {
        let middle = low + (high - low) / 2;
        if text.span(middle).start as usize <= position {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low.checked_sub(1).map(|number| text.span(number))
}

/// Whether a hit is a complete name. `name:any` does not count: it is a separate name for apt.
fn is_word(text: &str, hit: usize, name: &str) -> bool {
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._:".contains(byte);
    let bytes = text.as_bytes();
    let before = hit.checked_sub(1).and_then(|at| bytes.get(at));
    let rest = &bytes[hit + name.len()..];
    let after = rest.first().is_some_and(belongs) && !rest.starts_with(b":native");
    !before.is_some_and(belongs) && !after
}

/// The first field of a paragraph, in apt's order, that contains the name.
fn within(paragraph: &str, name: &str) -> Option<(usize, usize)> {
    let fields = deb::index_paragraphs(paragraph).next()?.ok()?;
    FIELDS.iter().enumerate().find_map(|(number, field)| {
        let value = fields.get(field)?;
        let mut hits = value.match_indices(name);
        let (place, _) = hits.find(|(place, _)| {
            // A version, `(= name)`, is not a name.
            let before = value[..*place].trim_end();
            is_word(value, *place, name) && (before.is_empty() || before.ends_with([',', '|']))
        })?;
        Some((number, place))
    })
}
