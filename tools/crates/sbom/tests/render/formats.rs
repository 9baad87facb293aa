//! Documents of a small index: an image for each of two architectures.

use std::collections::{BTreeMap, BTreeSet};

use crate::model;
use image_contents::{Content, Image};
use sbom::{render, Creator, Format, Subject};
use serde_json::Value;

const FORMATS: [Format; 4] = [
    Format::Spdx2,
    Format::Spdx3,
    Format::CycloneDx16,
    Format::CycloneDx17,
];

fn creator() -> Creator {
    Creator {
        tool: "distroless".to_owned(),
        version: "0.1.0".to_owned(),
        organization: Some("Example".to_owned()),
    }
}

fn document(subject: Subject<'_>, format: Format) -> Value {
    serde_json::from_slice(&render(subject, &creator(), format).unwrap()).unwrap()
}

fn of_image(image: &Image, format: Format) -> Value {
    document(Subject::Image(image), format)
}

/// The element of a list whose field has a value.
fn find<'v>(list: &'v Value, field: &str, value: &str) -> &'v Value {
    let mut list = list.as_array().unwrap().iter();
    list.find(|element| element[field] == value)
        .unwrap_or_else(|| panic!("no {field} is {value}"))
}

/// Name, version and package URL of the Debian packages.
type Packages = BTreeSet<(String, String, String)>;

fn packages(list: &Value, version: &str, purl: impl Fn(&Value) -> Value) -> Packages {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = list.as_array().unwrap().iter();
    list.map(|element| {
        (
            text(&element["name"]),
            text(&element[version]),
            text(&purl(element)),
        )
    })
    .filter(|(_, _, purl)| purl.starts_with("pkg:deb/"))
    .collect()
}

#[test]
fn all_formats_have_the_same_packages() {
    let index = model::index();
    let subjects = [Subject::Image(&index.images[0]), Subject::Index(&index)];
    for (subject, count) in subjects.into_iter().zip([3, 5]) {
        let spdx2 = document(subject, Format::Spdx2);
        let reference = |element: &Value| element["externalRefs"][0]["referenceLocator"].clone();
        let expected = packages(&spdx2["packages"], "versionInfo", reference);
        assert_eq!(expected.len(), count);
        let spdx3 = document(subject, Format::Spdx3);
        let url = |element: &Value| element["software_packageUrl"].clone();
        assert_eq!(
            packages(&spdx3["@graph"], "software_packageVersion", url),
            expected
        );
        let cyclonedx = document(subject, Format::CycloneDx16);
        let url = |element: &Value| element["purl"].clone();
        assert_eq!(packages(&cyclonedx["components"], "version", url), expected);
    }
}

#[test]
fn spdx2_has_the_fields_that_readers_use() {
    let document = of_image(&model::image("amd64"), Format::Spdx2);
    let libc = find(&document["packages"], "name", "libc6");
    assert_eq!(
        libc["SPDXID"],
        "SPDXRef-Package-deb-libc6-2.36-9C2Bdeb12u10-amd64"
    );
    assert_eq!(
        libc["sourceInfo"],
        "built package from: glibc 2.36-9+deb12u10"
    );
    assert_eq!(
        libc["supplier"],
        "Organization: GNU Libc Maintainers (glibc@example.org)"
    );
    assert_eq!(libc["filesAnalyzed"], true);
    assert_eq!(libc["packageFileName"], "libc6_2.36-9+deb12u10_amd64.deb");
    assert_eq!(
        libc["packageVerificationCode"]["packageVerificationCodeValue"],
        // sha1sum of the concatenated, sorted SHA-1 sums.
        "ad20779ed7c428ee10031139c12aa0a2f44b78b2"
    );
    assert_eq!(
        libc["licenseDeclared"],
        "LGPL-2.1-or-later AND LicenseRef-custom-7692c3ad3540"
    );
    assert_eq!(
        libc["licenseComments"],
        "*: LGPL-2.1-or-later\ninet/*: LicenseRef-custom-7692c3ad3540"
    );
    assert_eq!(libc["copyrightText"], "1991 FSF");
    let system = find(
        &document["packages"],
        "SPDXID",
        "SPDXRef-OperatingSystem-debian-12",
    );
    assert_eq!(
        (&system["name"], &system["versionInfo"]),
        (&"debian".into(), &"12".into())
    );
    let relations = document["relationships"].as_array().unwrap();
    let of = |from: &str| {
        let from = relations
            .iter()
            .filter(|relation| relation["spdxElementId"] == *from);
        from.map(|relation| relation["relationshipType"].as_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("SPDXRef-DOCUMENT"), ["DESCRIBES"]);
    assert_eq!(
        of(libc["SPDXID"].as_str().unwrap()),
        ["CONTAINS", "CONTAINS"]
    );
}

#[test]
fn every_license_reference_has_its_text() {
    let document = of_image(&model::image("amd64"), Format::Spdx2);
    let texts = document["hasExtractedLicensingInfos"]
        .as_array()
        .unwrap()
        .iter();
    let texts: BTreeMap<_, _> = texts
        .map(|text| {
            (
                text["licenseId"].as_str().unwrap(),
                text["extractedText"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("LicenseRef-custom-3fc4ccfe7458", "two"),
        ("LicenseRef-custom-7692c3ad3540", "one"),
    ];
    assert_eq!(texts, BTreeMap::from(expected));

    let document = of_image(&model::image("amd64"), Format::CycloneDx17);
    let libc = find(&document["components"], "name", "libc6");
    let details = &libc["licenses"][0]["expressionDetails"];
    assert_eq!(
        details[0]["licenseIdentifier"],
        "LicenseRef-custom-7692c3ad3540"
    );
    assert_eq!(details[0]["text"]["content"], "one");
    assert_eq!(
        libc["evidence"]["licenses"][0]["license"]["text"]["content"],
        "one"
    );
}

#[test]
fn cyclonedx_has_the_properties_that_scanners_read() {
    let document = of_image(&model::image("amd64"), Format::CycloneDx16);
    let component = find(&document["components"], "name", "libstdc++6");
    let property = |name: &str| {
        find(&component["properties"], "name", name)["value"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(property("aquasecurity:trivy:SrcName"), "gcc-12");
    assert_eq!(property("aquasecurity:trivy:SrcEpoch"), "1");
    assert_eq!(property("aquasecurity:trivy:SrcVersion"), "12.2.0");
    assert_eq!(property("aquasecurity:trivy:SrcRelease"), "13");
    assert_eq!(property("aquasecurity:trivy:PkgType"), "debian");
    assert_eq!(property("syft:metadata:source"), "gcc-12");
    assert_eq!(property("syft:metadata:sourceVersion"), "1:12.2.0-13");
    let netbase = find(&document["components"], "name", "netbase");
    assert!(!netbase.to_string().contains("syft:metadata:source"));
    assert_eq!(
        netbase["publisher"],
        "Debian Maintainers <maintainers@example.org>"
    );
}

/// A file without SHA-1 is missing from SPDX 2.3 only.
#[test]
fn files_without_sha1() {
    let mut image = model::image("amd64");
    for package in image
        .layers
        .iter_mut()
        .flat_map(|layer| &mut layer.packages)
    {
        for entry in &mut package.entries {
            if let Content::File { sha1, .. } = &mut entry.content {
                *sha1 = None;
            }
        }
    }
    let document = of_image(&image, Format::Spdx2);
    let libc = find(&document["packages"], "name", "libc6");
    assert_eq!(libc["filesAnalyzed"], false);
    assert_eq!(document["files"].as_array().unwrap().len(), 2);
    let relations = document["relationships"].to_string();
    assert_eq!(relations.matches("SPDXRef-File-").count(), 2);
    let cyclonedx = of_image(&image, Format::CycloneDx16);
    let libc = find(&cyclonedx["components"], "name", "libc6");
    assert_eq!(libc["components"].as_array().unwrap().len(), 2);
}

#[test]
fn generated_files_and_runtimes() {
    let document = of_image(&model::image("amd64"), Format::Spdx2);
    let file = find(&document["files"], "fileName", "./etc/passwd");
    assert_eq!(file["comment"], "origin: generated by passwd");
    let runtime = find(&document["packages"], "name", "nodejs");
    assert_eq!(
        runtime["externalRefs"][0]["referenceLocator"],
        "pkg:generic/nodejs@24.11.1"
    );
    assert_eq!(runtime["licenseDeclared"], "MIT");
}

/// Scanners find the vulnerabilities of a program in `pkg:generic` only by its CPE name.
#[test]
fn the_cpe_name_of_a_runtime() {
    let cpe = "cpe:2.3:a:nodejs:node.js:24.11.1:*:*:*:*:*:*:*";
    let image = model::image("amd64");
    let spdx2 = of_image(&image, Format::Spdx2);
    let runtime = find(&spdx2["packages"], "name", "nodejs");
    let reference = &runtime["externalRefs"][1];
    assert_eq!(reference["referenceCategory"], "SECURITY");
    assert_eq!(reference["referenceType"], "cpe23Type");
    assert_eq!(reference["referenceLocator"], cpe);
    let spdx3 = of_image(&image, Format::Spdx3);
    let runtime = find(&spdx3["@graph"], "name", "nodejs");
    let identifier = &runtime["externalIdentifier"][0];
    assert_eq!(identifier["externalIdentifierType"], "cpe23");
    assert_eq!(identifier["identifier"], cpe);
    for format in [Format::CycloneDx16, Format::CycloneDx17] {
        let document = of_image(&image, format);
        let runtime = find(&document["components"], "name", "nodejs");
        assert_eq!(runtime["cpe"], cpe);
        let libc = find(&document["components"], "name", "libc6");
        assert!(libc.get("cpe").is_none());
    }
}

#[test]
fn one_runtime_with_an_archive_for_each_architecture() {
    let mut index = model::index();
    let runtimes = index.images[1].layers.iter_mut();
    for runtime in runtimes.flat_map(|layer| &mut layer.runtimes) {
        runtime.purl = "pkg:generic/nodejs@24.11.1?checksum=other".to_owned();
    }
    for format in FORMATS {
        let text = render(Subject::Index(&index), &creator(), format).unwrap();
        let text = String::from_utf8(text).unwrap();
        let number = text.matches("\"pkg:generic/nodejs@24.11.1").count();
        assert_eq!(number, 2, "{format:?}");
    }
}

#[test]
fn an_index_has_its_images_as_variants() {
    let index = model::index();
    let document = document(Subject::Index(&index), Format::Spdx2);
    let relations = document["relationships"].as_array().unwrap().iter();
    let variants = relations.filter(|relation| relation["relationshipType"] == "VARIANT_OF");
    assert_eq!(variants.count(), 2);
    assert!(document.get("files").is_none());
    // The layer of a package for all architectures is in both images.
    let layers = document["packages"].as_array().unwrap().iter();
    let layers = layers.filter(|package| package["primaryPackagePurpose"] == "ARCHIVE");
    assert_eq!(layers.count(), 5);
}

#[test]
fn identifiers_follow_from_the_content() {
    let image = model::image("amd64");
    let mut other = image.clone();
    other.layers[0].packages[0].section = Some("libs".to_owned());
    let identifier = |document: &Value| match &document["documentNamespace"] {
        Value::String(text) => text.clone(),
        _ => document["serialNumber"].to_string() + &document["@graph"][1]["spdxId"].to_string(),
    };
    for format in FORMATS {
        let bytes = |image| render(Subject::Image(image), &creator(), format).unwrap();
        assert_eq!(bytes(&image), bytes(&image));
        let (one, two) = (of_image(&image, format), of_image(&other, format));
        assert_ne!(identifier(&one), identifier(&two));
    }
    let namespace = of_image(&image, Format::Spdx2)["documentNamespace"].to_string();
    assert!(namespace.starts_with("\"https://spdx.org/spdxdocs/static%3Adebian12-"));
}

/// Every identifier that a document refers to is defined in it.
#[test]
fn no_reference_is_open() {
    let index = model::index();
    for subject in [Subject::Image(&index.images[0]), Subject::Index(&index)] {
        let spdx2 = document(subject, Format::Spdx2);
        let defined: BTreeSet<_> = ["packages", "files"]
            .iter()
            .flat_map(|list| spdx2[*list].as_array().into_iter().flatten())
            .map(|element| &element["SPDXID"])
            .chain([&spdx2["SPDXID"]])
            .map(Value::to_string)
            .collect();
        for relation in spdx2["relationships"].as_array().unwrap() {
            for end in ["spdxElementId", "relatedSpdxElement"] {
                assert!(defined.contains(&relation[end].to_string()), "{relation}");
            }
        }
        let cyclonedx = document(subject, Format::CycloneDx16);
        let components = cyclonedx["components"].as_array().unwrap().iter();
        let defined: BTreeSet<_> = components
            .chain([&cyclonedx["metadata"]["component"]])
            .map(|component| component["bom-ref"].to_string())
            .collect();
        for dependency in cyclonedx["dependencies"].as_array().unwrap() {
            let parts = dependency["dependsOn"].as_array().into_iter().flatten();
            for id in parts.chain([&dependency["ref"]]) {
                assert!(defined.contains(&id.to_string()), "{id}");
            }
        }
    }
}

/// Texts of packages go into values only, and identifiers keep their form.
#[test]
fn unusual_texts() {
    let mut image = model::image("amd64");
    let text = "a \"b\" \\ \n\u{1}\u{2028}é<&>'#/../";
    let layer = &mut image.layers[0];
    layer.created_by = text.to_owned();
    layer.entries = vec![model::file(text)];
    let package = &mut layer.packages[0];
    package.id.name = text.to_owned();
    package.id.version = text.to_owned();
    package.source.name = text.to_owned();
    package.homepage = Some(text.to_owned());
    package.section = Some(text.to_owned());
    image.name = text.to_owned();
    let is_plain = |id: &str| {
        id.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    for format in FORMATS {
        let document = of_image(&image, format);
        let lists = ["packages", "files", "components"].into_iter();
        for element in lists.flat_map(|list| document[list].as_array().into_iter().flatten()) {
            let id = element.get("SPDXID").or(element.get("bom-ref")).unwrap();
            assert!(is_plain(id.as_str().unwrap()), "{id}");
            assert!(element.get("homepage").is_none_or(|url| *url != text));
        }
        let texts = document.to_string();
        assert!(texts.contains(&serde_json::to_string(text).unwrap()));
    }
    let document = of_image(&image, Format::Spdx2);
    let namespace = document["documentNamespace"].as_str().unwrap();
    assert!(namespace
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#'));
}
