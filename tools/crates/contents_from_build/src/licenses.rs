//! Licenses from the copyright files of packages.

use std::collections::BTreeMap;

use copyright::Copyright;
use image_contents::{LicenseGroup, Licenses};
use layer_details::PackageDetails;

/// The maximum number of links from the documentation of a package to that of another one.
const MAX_LINKS: usize = 8;

/// The copyright files of the packages of an image, by package.
pub(crate) struct CopyrightFiles<'a>(BTreeMap<&'a str, &'a PackageDetails>);

impl<'a> CopyrightFiles<'a> {
    pub(crate) fn of(packages: impl Iterator<Item = &'a PackageDetails>) -> Self {
        Self(packages.map(|package| (&*package.name, package)).collect())
    }

    /// The licenses of a package. They are unknown if it has no copyright file, or if its documentation is that of a
    /// package that the image lacks.
    pub(crate) fn licenses(&self, package: &PackageDetails) -> Licenses {
        let mut documented = package;
        for _ in 0..MAX_LINKS {
            if let Some(text) = &documented.copyright {
                return licenses(&documented.name, text);
            }
            let other = documented.documents_of.as_deref();
            match other.and_then(|name| self.0.get(name)) {
                Some(other) => documented = other,
                None => break,
            }
        }
        Licenses::default()
    }
}

/// The licenses in the text of a package's copyright file. They are unknown if the text exceeds a limit: no package makes
/// an image fail by its documentation.
pub fn licenses(package: &str, text: &str) -> Licenses {
    let Ok(copyright) = Copyright::parse(package, text) else {
        return Licenses::default();
    };
    let groups = copyright.groups.iter().map(|group| LicenseGroup {
        files: group.files.clone(),
        expression: group.licence.to_string(),
        copyright: Some(group.copyrights.join("\n")).filter(|text| !text.is_empty()),
    });
    let texts = copyright.texts.iter().map(|(reference, licence)| {
        let text = licence.text.clone().filter(|text| !text.trim().is_empty());
        let missing = || {
            let name = &licence.name;
            format!("The copyright file of {package} names the license \"{name}\" and does not contain its text.")
        };
        (reference.clone(), text.unwrap_or_else(missing))
    });
    Licenses {
        expression: Some(copyright.declared.to_string()),
        groups: groups.collect(),
        texts: texts.collect(),
    }
}

#[cfg(test)]
mod tests {
    use blob::Digest;

    use super::*;

    fn package(name: &str, copyright: Option<&str>, documents_of: Option<&str>) -> PackageDetails {
        PackageDetails {
            architecture: "all".to_owned(),
            changelog: None,
            copyright: copyright.map(str::to_owned),
            documents_of: documents_of.map(str::to_owned),
            homepage: None,
            maintainer: None,
            name: name.to_owned(),
            section: None,
            sha256: Digest::of(b""),
            size: 1,
            source: name.to_owned(),
            source_version: "1".to_owned(),
            version: "1".to_owned(),
        }
    }

    const TEXT: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n\
                        Files: *\nCopyright: 2020 A\nLicense: Expat\n\nFiles: b\nCopyright: B\nLicense: odd\n";

    #[test]
    fn the_documentation_of_another_package() {
        let (a, b, c) = (
            package("a", Some(TEXT), None),
            package("b", None, Some("a")),
            package("c", None, Some("c")),
        );
        let files = CopyrightFiles::of([&a, &b, &c].into_iter());
        let licenses = files.licenses(&b);
        assert_eq!(licenses, files.licenses(&a));
        assert_eq!(licenses.groups.len(), 2);
        assert_eq!(licenses.groups[0].expression, "MIT");
        let text = licenses.texts.values().next().unwrap();
        assert_eq!(
            text,
            "The copyright file of a names the license \"odd\" and does not contain its text."
        );
        assert_eq!(files.licenses(&c), Licenses::default());
        let alone = CopyrightFiles::of([&b].into_iter());
        assert_eq!(alone.licenses(&b), Licenses::default());
    }

    /// In the details, the file is at most as large as the limit, but bytes that are not UTF-8 become longer.
    #[test]
    fn a_text_that_exceeds_a_limit() {
        let text = "é".repeat(2 * 1024 * 1024) + "é";
        assert_eq!(licenses("a", &text), Licenses::default());
    }
}
