//! The canonical form of a name in Java, in which equal names have equal text: `X500Principal.getName(CANONICAL)`.

use std::cmp::Ordering;

use der::Tag;
use unicode_normalization::UnicodeNormalization;

use crate::certificate::name::{Attribute, Name};

/// The attribute types that have a keyword in RFC 2253, section 2.3.
const KEYWORDS: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
];

/// The canonical form: the most specific attributes first, in lower case, decomposed (NFKD).
pub(crate) fn alias(name: &Name) -> String {
    let sets = name.0.iter().rev().map(|set| {
        let mut attributes: Vec<_> = set.iter().map(|one| (one, canonical(one))).collect();
        attributes.sort_by(compare);
        let written = attributes.into_iter().map(|(_, written)| written);
        written.collect::<Vec<_>>().join("+")
    });
    sets.collect::<Vec<_>>().join(",")
}

/// Attributes with a keyword come first, sorted by their text; then the others, sorted by their object identifiers.
fn compare(left: &(&Attribute, String), right: &(&Attribute, String)) -> Ordering {
    match (keyword(left.0), keyword(right.0)) {
        (Some(_), Some(_)) => left.1.cmp(&right.1),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.0.kind.arcs().cmp(right.0.kind.arcs()),
    }
}

fn keyword(attribute: &Attribute) -> Option<&'static str> {
    let kind = attribute.kind.to_string();
    let found = KEYWORDS.iter().find(|(number, _)| *number == kind);
    found.map(|(_, keyword)| *keyword)
}

fn canonical(attribute: &Attribute) -> String {
    let keyword = keyword(attribute);
    let text = match attribute.tag {
        Tag::PrintableString | Tag::Utf8String => std::str::from_utf8(&attribute.content).ok(),
        _ => None,
    };
    let written = match (keyword, text) {
        (Some(keyword), Some(text)) => format!("{keyword}={}", escape(text)),
        _ => {
            let kind = keyword.map_or_else(|| attribute.kind.to_string(), str::to_owned);
            format!("{kind}=#{}", hexadecimal(&attribute.encoded))
        }
    };
    written.to_uppercase().to_lowercase().nfkd().collect()
}

/// Escapes by RFC 2253, section 2.4, replaces each run of spaces by one and trims the ends.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut after_space = false;
    for (at, letter) in text.chars().enumerate() {
        if letter == ' ' && after_space {
            continue;
        }
        after_space = letter == ' ';
        if ",+<>;\"\\".contains(letter) || (at == 0 && letter == '#') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    // The characters that Java's `trim` removes.
    escaped.trim_matches(|letter| letter <= ' ').to_owned()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
