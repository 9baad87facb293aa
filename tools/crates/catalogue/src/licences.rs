//! The licences of packages, as the pages list them.

use std::collections::BTreeSet;

use image_contents::Licenses;

/// The identifiers in SPDX expressions: `GPL-2.0-or-later WITH Classpath-exception-2.0`, `MIT`.
///
/// A reference to a text that SPDX's list does not have ends with the digest of the text (`crates/copyright`), which
/// the pages leave out.
pub(crate) fn identifiers(licences: &Licenses) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for expression in licences.expressions() {
        let flat = expression.replace(['(', ')'], " ");
        let mut words = flat.split_whitespace().peekable();
        while let Some(word) = words.next() {
            if matches!(word, "AND" | "OR") {
                continue;
            }
            let mut identifier = shortened(word);
            if words.peek() == Some(&"WITH") {
                words.next();
                if let Some(exception) = words.next() {
                    identifier = format!("{identifier} WITH {}", shortened(exception));
                }
            }
            found.insert(identifier);
        }
    }
    found
}

/// A reference without the digest at its end.
fn shortened(identifier: &str) -> String {
    let reference = identifier.starts_with("LicenseRef-") || identifier.starts_with("AdditionRef-");
    match identifier.rsplit_once('-') {
        Some((start, digest)) if reference && is_digest(digest) => start.to_owned(),
        _ => identifier.to_owned(),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_expressions() {
        let licences = Licenses {
            expression: Some(
                "(MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0) AND LicenseRef-public-domain-0123456789ab"
                    .to_owned(),
            ),
            ..Licenses::default()
        };
        let found: Vec<String> = identifiers(&licences).into_iter().collect();
        assert_eq!(
            found,
            [
                "GPL-2.0-or-later WITH Classpath-exception-2.0",
                "LicenseRef-public-domain",
                "MIT",
            ]
        );
    }
}
