//! Package URLs (<https://github.com/package-url/purl-spec>).

use blob::Digest;
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

use crate::{Distro, Package};

/// The characters that package URLs escape: all except letters, digits and `.-_~`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// Escapes a part of a package URL.
pub fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// The package URL of a Debian package by name and version only, as VEX documents have it: scanners require every
/// qualifier of the document in their own package URL, and they write some differently (trivy `distro=debian-12.8`, grype
/// `distro=debian-12`).
pub fn deb_version(name: &str, version: &str, distro: Option<&Distro>) -> String {
    let namespace = distro.map_or("debian", |distro| &distro.id);
    format!(
        "pkg:deb/{}/{}@{}",
        escape(namespace),
        escape(name),
        escape(version)
    )
}

/// The package URLs of a Debian package by name and version only, one for each form in which a scanner writes an epoch:
/// grype `@1%3A2-3`, trivy `@2-3?epoch=1`. Versions without an epoch have one form.
pub fn deb_version_forms(name: &str, version: &str) -> Vec<String> {
    let mut forms = vec![deb_version(name, version, None)];
    if let Some((epoch, rest)) = version.split_once(':') {
        let mut form = deb_version(name, rest, None);
        if epoch != "0" {
            form.push_str(&format!("?epoch={}", escape(epoch)));
        }
        forms.push(form);
    }
    forms
}

/// The package URL of a Debian package. Scanners find the source package in `upstream`: `glibc`, or `gcc-12@12.2.0-14` if
/// the versions differ.
pub fn deb(package: &Package, distro: Option<&Distro>) -> String {
    let id = &package.id;
    let mut qualifiers = Vec::new();
    if !id.architecture.is_empty() {
        qualifiers.push(format!("arch={}", escape(&id.architecture)));
    }
    if let Some(Distro { id, version, .. }) = distro {
        qualifiers.push(format!("distro={}", escape(&format!("{id}-{version}"))));
    }
    let (source, version) = (&package.source.name, package.source_version());
    if version != id.version {
        qualifiers.push(format!(
            "upstream={}",
            escape(&format!("{source}@{version}"))
        ));
    } else if *source != id.name {
        qualifiers.push(format!("upstream={}", escape(source)));
    }
    let mut url = deb_version(&id.name, &id.version, distro);
    if !qualifiers.is_empty() {
        url.push('?');
        url.push_str(&qualifiers.join("&"));
    }
    url
}

/// The package URL of an image or an index. It has no `repository_url`, which scanners write in different ways.
pub fn oci(name: &str, digest: &Digest, architecture: Option<&str>) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.split([':', '@']).next().unwrap_or(name).to_lowercase();
    let mut url = format!("pkg:oci/{}@{}", escape(&name), escape(&digest.to_string()));
    if let Some(architecture) = architecture {
        url.push_str(&format!("?arch={}", escape(architecture)));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use image_facts::{PackageId, SourcePackage};

    use crate::Licenses;

    fn package(id: &str, source: &str) -> Package {
        Package {
            id: PackageId::parse(id).unwrap(),
            source: SourcePackage::parse(source),
            maintainer: None,
            homepage: None,
            section: None,
            download: None,
            licenses: Licenses::default(),
            is_whole: true,
            entries: Vec::new(),
        }
    }

    #[test]
    fn forms_of_an_epoch() {
        for (version, expected) in [
            ("2-3", &["pkg:deb/debian/a@2-3"][..]),
            (
                "1:2-3",
                &["pkg:deb/debian/a@1%3A2-3", "pkg:deb/debian/a@2-3?epoch=1"],
            ),
            ("0:2", &["pkg:deb/debian/a@0%3A2", "pkg:deb/debian/a@2"]),
        ] {
            assert_eq!(deb_version_forms("a", version), expected);
        }
    }

    #[test]
    fn packages() {
        let distro = Distro {
            id: "debian".to_owned(),
            version: "12".to_owned(),
            codename: None,
            vendor: None,
        };
        for (id, source, expected) in [
            ("libc6 2.36-9+deb12u10 amd64", "glibc", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc"),
            ("libstdc++6 12.2.0-14 amd64", "gcc-12 (12.2.0-13)", "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12&upstream=gcc-12%4012.2.0-13"),
            ("zlib1g 1:1.2.13~dfsg-1 all", "zlib1g", "pkg:deb/debian/zlib1g@1%3A1.2.13~dfsg-1?arch=all&distro=debian-12"),
            ("a 1+b1 all", "a (1)", "pkg:deb/debian/a@1%2Bb1?arch=all&distro=debian-12&upstream=a%401"),
        ] {
            let package = package(id, source);
            assert_eq!(deb(&package, Some(&distro)), expected);
        }
        let package = package("a 1 all", "a");
        assert_eq!(deb(&package, None), "pkg:deb/debian/a@1?arch=all");
        assert_eq!(
            deb_version("a", "1:2+b1", None),
            "pkg:deb/debian/a@1%3A2%2Bb1"
        );
    }

    #[test]
    fn images() {
        let digest = Digest::of(b"");
        let expected = format!("pkg:oci/static@sha256%3A{}", digest.hex());
        assert_eq!(
            oci("example.org:1/x/static:debian12", &digest, None),
            expected
        );
        assert_eq!(
            oci("Static", &digest, Some("arm64")),
            format!("{expected}?arch=arm64")
        );
    }
}
