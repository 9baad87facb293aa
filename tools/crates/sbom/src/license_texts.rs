//! License references of several packages in one document.

use std::collections::{BTreeMap, BTreeSet};

use blob::Digest;
use image_contents::Licenses;

/// The beginning of a reference to a license that SPDX does not list.
const REFERENCE: &str = "LicenseRef-";

/// The texts of all license references of a document. A name that packages use for different texts gets the beginning of
/// the text's SHA-256 as a suffix.
pub(crate) struct LicenseTexts<'a> {
    texts: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> LicenseTexts<'a> {
    pub(crate) fn of(all: impl Iterator<Item = &'a Licenses>) -> Self {
        let mut texts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for licenses in all {
            for (name, text) in &licenses.texts {
                texts.entry(name).or_default().insert(text);
            }
        }
        Self { texts }
    }

    /// The references and their texts, sorted.
    pub(crate) fn all(&self) -> BTreeMap<String, &'a str> {
        let pairs = self.texts.iter();
        pairs
            .flat_map(|(name, texts)| texts.iter().map(|text| (self.name(name, text), *text)))
            .collect()
    }

    /// An expression of a package, with the references of this document.
    fn expression(&self, licenses: &Licenses, expression: &str) -> String {
        map_references(expression, |name| match licenses.texts.get(name) {
            Some(text) => self.name(name, text),
            None => name.to_owned(),
        })
    }

    /// The licenses of groups of source files, one text each: `debian/*: MIT`.
    pub(crate) fn groups(&self, licenses: &Licenses) -> Vec<String> {
        let groups = licenses.groups.iter().map(|group| {
            let expression = self.expression(licenses, &group.expression);
            format!("{}: {expression}", group.files.join(" "))
        });
        groups.collect()
    }

    /// The license of a whole package.
    pub(crate) fn declared(&self, licenses: &Licenses) -> Option<String> {
        let expression = licenses.expression.as_deref()?;
        Some(self.expression(licenses, expression))
    }

    /// The references of this document that the expressions of a package use, with their texts.
    pub(crate) fn of_package(&self, licenses: &'a Licenses) -> BTreeMap<String, &'a str> {
        let texts = licenses.texts.iter();
        texts
            .map(|(name, text)| (self.name(name, text), &**text))
            .collect()
    }

    fn name(&self, name: &str, text: &str) -> String {
        if self.texts.get(name).is_some_and(|texts| texts.len() > 1) {
            let hash = Digest::of(text.as_bytes()).hex();
            format!("{name}-{}", &hash[..12])
        } else {
            name.to_owned()
        }
    }
}

/// The references in an expression.
pub(crate) fn references(expression: &str) -> BTreeSet<&str> {
    let words = expression.split(is_separator);
    words.filter(|word| word.starts_with(REFERENCE)).collect()
}

/// Whether a name has the form of a reference: letters, digits, `-` and `.` after the prefix.
pub(crate) fn is_reference(name: &str) -> bool {
    let rest = name.strip_prefix(REFERENCE).unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    !rest.is_empty() && rest.chars().all(allowed)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')')
}

fn map_references(expression: &str, name: impl Fn(&str) -> String) -> String {
    let mut mapped = String::with_capacity(expression.len());
    for part in expression.split_inclusive(is_separator) {
        let word = part.trim_end_matches(is_separator);
        if word.starts_with(REFERENCE) {
            mapped.push_str(&name(word));
        } else {
            mapped.push_str(word);
        }
        mapped.push_str(&part[word.len()..]);
    }
    mapped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licenses(expression: &str, text: &str) -> Licenses {
        Licenses {
            expression: Some(expression.to_owned()),
            texts: BTreeMap::from([("LicenseRef-custom".to_owned(), text.to_owned())]),
            ..Licenses::default()
        }
    }

    #[test]
    fn one_name_with_two_texts() {
        let expression = "(LicenseRef-custom OR MIT) AND LicenseRef-custom";
        let (one, two) = (licenses(expression, "one"), licenses(expression, "two"));
        let texts = LicenseTexts::of([&one, &one].into_iter());
        assert_eq!(texts.expression(&one, expression), expression);
        assert_eq!(texts.all().len(), 1);

        let texts = LicenseTexts::of([&one, &two].into_iter());
        assert_eq!(
            texts.expression(&one, expression),
            "(LicenseRef-custom-7692c3ad3540 OR MIT) AND LicenseRef-custom-7692c3ad3540"
        );
        assert_eq!(texts.all().len(), 2);
        assert_eq!(texts.of_package(&two).len(), 1);
    }

    #[test]
    fn references_of_expressions() {
        let expression = "MIT AND (LicenseRef-a OR LicenseRef-b.c) AND DocumentRef-x:LicenseRef-d";
        assert_eq!(
            references(expression),
            BTreeSet::from(["LicenseRef-a", "LicenseRef-b.c"])
        );
        assert!(is_reference("LicenseRef-a.B-1"));
        for name in ["LicenseRef-", "LicenseRef-a b", "LicenseRef-ä", "MIT"] {
            assert!(!is_reference(name), "{name}");
        }
    }
}
