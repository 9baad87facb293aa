use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Result};

use crate::limits;
use crate::names;
use crate::MAX_TEXT_BYTES;

/// The path of Debian's copies of licences.
const COMMON_LICENCES: &str = "/usr/share/common-licenses/";

/// The maximum length of a name in a reference.
const MAX_NAME: usize = 64;

/// The number of digits of the text's SHA-256 in a reference.
const DIGITS: usize = 16;

/// A licence that SPDX's list does not have, or whose name does not say which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceText {
    /// The name in the copyright file. For a file that is not machine-readable: `copyright file of PACKAGE`.
    pub name: String,
    /// The text in the copyright file; `None` if the file names the licence only.
    pub text: Option<String>,
    /// The files in `/usr/share/common-licenses` that the text names: hints about the licence, not its identifier.
    pub common_licences: BTreeSet<String>,
}

/// A text with its properties, which are computed once.
#[derive(Debug)]
pub(crate) struct Text {
    text: String,
    digest: Digest,
    is_expat: bool,
}

impl Text {
    pub(crate) fn new(text: String) -> Self {
        let digest = Digest::of(text.as_bytes());
        let is_expat = names::is_expat(&text);
        Self {
            text,
            digest,
            is_expat,
        }
    }

    /// See [`names::is_expat`].
    pub(crate) fn is_expat(&self) -> bool {
        self.is_expat
    }
}

/// The licence references of a file.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    package: &'a str,
    by_reference: BTreeMap<String, LicenceText>,
    bytes: usize,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(package: &'a str) -> Self {
        Self {
            package,
            by_reference: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// The reference of a licence: `LicenseRef-Debian-NAME-DIGEST`.
    ///
    /// Packages use one name for several texts (`permissive`), so the reference has the digest of the text. Without a
    /// text it has the digest of the package and the name.
    pub(crate) fn reference(&mut self, name: &str, text: Option<&Text>) -> Result<String> {
        let digest = match text {
            Some(text) => text.digest,
            None => {
                let name = name.to_lowercase();
                Digest::of(format!("{}\n{name}", self.package).as_bytes())
            }
        };
        let reference = format!(
            "LicenseRef-Debian-{}-{}",
            valid_name(name),
            &digest.hex()[..DIGITS]
        );
        if self.by_reference.contains_key(&reference) {
            return Ok(reference);
        }
        let text = text.map(|text| text.text.as_str());
        self.bytes += name.len() + text.map_or(0, str::len);
        limits::check(
            self.package,
            self.bytes,
            MAX_TEXT_BYTES,
            "bytes of licence texts",
        )?;
        let added = LicenceText {
            name: name.to_owned(),
            text: text.map(str::to_owned),
            common_licences: text.map(common_licences).unwrap_or_default(),
        };
        self.by_reference.insert(reference.clone(), added);
        Ok(reference)
    }

    pub(crate) fn finish(self) -> BTreeMap<String, LicenceText> {
        self.by_reference
    }
}

/// A name in lower case with the characters that SPDX allows: letters, digits, `.` and `-`.
fn valid_name(name: &str) -> String {
    let mut valid = String::new();
    for c in name.chars() {
        if valid.len() >= MAX_NAME {
            break;
        }
        if c.is_ascii_alphanumeric() || c == '.' {
            valid.push(c.to_ascii_lowercase());
        } else if c == '+' && valid.ends_with(|c: char| c.is_ascii_digit()) {
            valid.push_str("-or-later");
        } else if !valid.is_empty() && !valid.ends_with('-') {
            valid.push('-');
        }
    }
    let valid = valid.trim_end_matches('-');
    if valid.is_empty() {
        "unnamed".to_owned()
    } else {
        valid.to_owned()
    }
}

fn common_licences(text: &str) -> BTreeSet<String> {
    let after = text.split(COMMON_LICENCES).skip(1);
    let names = after.map(|after| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        // A full stop ends a sentence.
        after[..end].trim_end_matches('.').to_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_depend_on_name_and_text() {
        let mut texts = Texts::of("a");
        let text = Text::new("Do as you like.".to_owned());
        let reference = texts.reference("Permissive", Some(&text)).unwrap();
        assert_eq!(reference, "LicenseRef-Debian-permissive-48b609610be4ce97");
        let mut others = Texts::of("b");
        assert_eq!(
            others.reference("permissive", Some(&text)).unwrap(),
            reference
        );
        let missing = texts.reference("permissive", None).unwrap();
        assert_ne!(missing, reference);
        assert_ne!(others.reference("permissive", None).unwrap(), missing);
        assert_eq!(texts.reference("PERMISSIVE", None).unwrap(), missing);
        let texts = texts.finish();
        assert_eq!(texts[&reference].text.as_deref(), Some("Do as you like."));
        assert_eq!(texts[&missing].text, None);
    }

    #[test]
    fn valid_names() {
        for (name, valid) in [
            (
                "GPL-2+ with Foo exception",
                "gpl-2-or-later-with-foo-exception",
            ),
            ("BSD-3-clause~Viagénie", "bsd-3-clause-viag-nie"),
            ("MIT/X11", "mit-x11"),
            ("__AUTO__", "auto"),
            ("C++", "c"),
            ("", "unnamed"),
            ("é", "unnamed"),
        ] {
            assert_eq!(valid_name(name), valid);
        }
        assert!(valid_name(&"1+".repeat(100)).len() < MAX_NAME + 10);
    }

    #[test]
    fn common_licences_are_hints() {
        let text =
            "See /usr/share/common-licenses/GPL-2.\nOr `/usr/share/common-licenses/LGPL-2.1', or \
                    /usr/share/common-licenses/, /usr/share/common-licenses/GPL-2";
        let expected = ["GPL-2", "LGPL-2.1"].map(str::to_owned);
        assert_eq!(common_licences(text), BTreeSet::from(expected));
    }

    #[test]
    fn the_size_is_limited() {
        let mut texts = Texts::of("a");
        let text = Text::new("x".repeat(MAX_TEXT_BYTES / 2));
        texts.reference("a", Some(&text)).unwrap();
        texts.reference("a", Some(&text)).unwrap();
        assert_eq!(
            texts.reference("b", Some(&text)).unwrap_err().to_string(),
            "cannot read the copyright file of `a`: it has more than 8388608 bytes of licence texts"
        );
    }
}
