use layer_details::{Library, PackageDetails};

/// The maximum size of all optional texts and all libraries of a layer, as JSON. It is half of what
/// readers accept ([`layer_details::MAX_BYTES`]). The largest package of Debian with libraries, LLVM, needs 6 MB.
const MAX_TEXTS: usize = 32 * 1024 * 1024;

/// The size that is left. Texts that do not fit are left out, so that a hostile package is no error: a missing text is
/// an unknown value of evidence.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_TEXTS)
    }
}

impl Budget {
    /// Whether a library fits; if so, its size is taken.
    pub(super) fn takes_library(&mut self, library: &Library) -> bool {
        let names = library.exports.iter().map(|name| json_size(name));
        let size = names.sum::<usize>() + json_size(&library.path) + json_size(&library.soname);
        self.takes(size)
    }

    /// Removes the texts that do not fit, the most important ones last.
    pub(super) fn shorten(&mut self, package: &mut PackageDetails) {
        for text in [
            &mut package.maintainer,
            &mut package.homepage,
            &mut package.section,
            &mut package.documents_of,
            &mut package.copyright,
            &mut package.changelog,
        ] {
            text.take_if(|text| !self.takes(json_size(text)));
        }
    }

    fn takes(&mut self, size: usize) -> bool {
        match self.0.checked_sub(size) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// The size of a text as JSON: its quotes and a comma, and up to five more bytes for characters with escapes.
fn json_size(text: &str) -> usize {
    let escape = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\t' | b'\r' => 1,
        0..0x20 => 5,
        _ => 0,
    };
    text.len() + text.bytes().map(escape).sum::<usize>() + 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_texts() {
        for text in ["", "a\"\\\n\t\r\u{1}\u{8}é\u{7f}"] {
            let json = serde_json::to_string(text).unwrap();
            assert!((json.len()..json.len() + 10).contains(&json_size(text)));
        }
    }

    #[test]
    fn libraries_that_do_not_fit_are_left_out() {
        let mut budget = Budget::default();
        let library = Library {
            exports: vec!["x".repeat(MAX_TEXTS / 3)],
            path: "a".to_owned(),
            soname: "a".to_owned(),
        };
        let taken = (0..4).map(|_| budget.takes_library(&library));
        assert_eq!(taken.collect::<Vec<_>>(), [true, true, false, false]);
    }
}
